// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "list.h"
#include "loader.h"
#include "namespaces.h"
#include "splice.h"
#include "splice.skel.h"

struct listing {
	struct bpf_link *link;
	bool json;
	unsigned int count;
};

static const char *const modes[] = { "tcp", "ring", "left" };

static void name_end(char *to, size_t size, const unsigned char address[16], unsigned int port)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	char text[INET6_ADDRSTRLEN];

	if (memcmp(address, mapped, sizeof(mapped)))
		snprintf(to, size, "[%s]:%u", inet_ntop(AF_INET6, address, text, sizeof(text)), port);
	else
		snprintf(to, size, "%s:%u", inet_ntop(AF_INET, address + 12, text, sizeof(text)), port);
}

static void print(struct listing *listing, const struct splice_socket *found)
{
	const char *mode = !found->is_paired ? "waits" : found->out_mode < 3 ? modes[found->out_mode] : "?";
	char local[64], remote[64];

	name_end(local, sizeof(local), found->local, found->local_port);
	name_end(remote, sizeof(remote), found->remote, found->remote_port);
	if (listing->json)
		printf("%s{\"local\":\"%s\",\"remote\":\"%s\",\"inode\":%llu,\"sends\":\"%s\",\"ring_bytes\":%u,\"unread_bytes\":%u}",
		       listing->count ? "," : "", local, remote, found->inode, mode, found->ring_bytes,
		       found->unread_bytes);
	else
		printf("%-28s %-28s %10llu  %-5s %10u %10u\n", local, remote, found->inode, mode, found->ring_bytes,
		       found->unread_bytes);
	listing->count++;
}

/* The iterator shows the sockets of the namespace in which it is opened. */
static void list_namespace(void *context)
{
	struct listing *listing = context;
	int fd = bpf_iter_create(bpf_link__fd(listing->link));
	struct splice_socket found;
	FILE *records = fd < 0 ? NULL : fdopen(fd, "r");

	if (!records)
		die("cannot list sockets: %s", strerror(errno));
	while (fread(&found, sizeof(found), 1, records) == 1)
		print(listing, &found);
	if (ferror(records))
		die("cannot read the list of sockets: %s", strerror(errno));
	fclose(records);
}

void list_sockets(bool json)
{
	struct splice *skel = splice__open();
	struct listing listing = { .json = json };

	if (!skel)
		die("the program does not open: %s", strerror(errno));
	bpf_program__set_autoload(skel->progs.pair, false);
	bpf_program__set_autoload(skel->progs.revoke, false);
	if (splice__load(skel))
		die("the program does not load: %s", strerror(errno));
	listing.link = bpf_program__attach_iter(skel->progs.list, NULL);
	if (!listing.link)
		die("cannot attach the iterator: %s", strerror(errno));
	if (json)
		printf("{\"sockets\":[");
	else
		printf("%-28s %-28s %10s  %-5s %10s %10s\n", "LOCAL", "REMOTE", "INODE", "SENDS", "RING", "UNREAD");
	in_each_namespace(list_namespace, &listing);
	if (json)
		puts("]}");
	bpf_link__destroy(listing.link);
	splice__destroy(skel);
}
