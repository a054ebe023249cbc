// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "loader.h"
#include "namespaces.h"
#include "revoke.h"
#include "splice.h"
#include "splice.skel.h"

struct revocation {
	struct bpf_link *link;
	size_t pairs;
};

/* The iterator visits the sockets of the namespace in which it is opened, and writes a byte for each pair that it revokes. */
static void revoke_namespace(void *context)
{
	struct revocation *revocation = context;
	int fd = bpf_iter_create(bpf_link__fd(revocation->link));
	char bytes[4096];
	ssize_t got;

	if (fd < 0)
		die("cannot visit sockets: %s", strerror(errno));
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		revocation->pairs += (size_t)got;
	if (got < 0)
		die("cannot revoke: %s", strerror(errno));
	close(fd);
}

/* The inode's number is the cgroup's. */
static unsigned long long id_of(int cgroup_fd)
{
	struct stat found;

	if (cgroup_fd < 0)
		return 0;
	if (fstat(cgroup_fd, &found))
		die("cannot stat the cgroup: %s", strerror(errno));
	return found.st_ino;
}

void revoke_pairs_of(int cgroup_fd, const unsigned int *ports, size_t port_count)
{
	struct splice *skel = splice__open();
	struct revocation revocation = { 0 };

	if (!skel)
		die("the program does not open: %s", strerror(errno));
	skel->rodata->revoked_cgroup = id_of(cgroup_fd);
	skel->rodata->port_count = (unsigned int)port_count;
	memcpy((void *)skel->rodata->ports, ports, port_count * sizeof(*ports));
	bpf_program__set_autoload(skel->progs.pair, false);
	bpf_program__set_autoload(skel->progs.list, false);
	if (splice__load(skel))
		die("the program does not load: %s", strerror(errno));
	revocation.link = bpf_program__attach_iter(skel->progs.revoke, NULL);
	if (!revocation.link)
		die("cannot attach the iterator: %s", strerror(errno));
	in_each_namespace(revoke_namespace, &revocation);
	report_number("revoked_pairs", revocation.pairs);
	bpf_link__destroy(revocation.link);
	splice__destroy(skel);
}
