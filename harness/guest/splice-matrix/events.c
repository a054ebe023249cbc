// SPDX-License-Identifier: GPL-2.0-only
/* Events while the call is under way. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "matrix.h"

/* By the peer, as far as it may. */
static void tell(struct scene *scene, const char *text, int flags)
{
	ssize_t sent = send(scene->peer, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT | flags);

	if (sent != (ssize_t)strlen(text))
		note("the peer sends %s", outcome(sent));
	settle(scene);
}

static void nothing(struct scene *scene)
{
	(void)scene;
}

static void a_little(struct scene *scene)
{
	tell(scene, "cde", 0);
}

static void enough(struct scene *scene)
{
	tell(scene, "cdefghijklmnop", 0);
}

static void bit_by_bit(struct scene *scene)
{
	tell(scene, "cde", 0);
	tell(scene, "fgh", 0);
	tell(scene, "ijkl", 0);
	tell(scene, "mnop", 0);
}

/* More than a new ring has room for. */
static void much(struct scene *scene)
{
	static char bytes[9001];

	memset(bytes, 'm', sizeof(bytes) - 1);
	tell(scene, bytes, 0);
}

static void urgent(struct scene *scene)
{
	tell(scene, "cd!", MSG_OOB);
}

static void urgent_between(struct scene *scene)
{
	tell(scene, "cd", 0);
	tell(scene, "!", MSG_OOB);
	tell(scene, "efghijklmn", 0);
}

static void through_tcp(struct scene *scene)
{
	tell(scene, "cd", 0);
	stamp(scene->peer, true);
	tell(scene, "ef", 0);
	stamp(scene->peer, false);
	tell(scene, "ghijklmnop", 0);
}

static void end(struct scene *scene)
{
	shutdown(scene->peer, SHUT_WR);
}

static void bytes_and_end(struct scene *scene)
{
	tell(scene, "cde", 0);
	shutdown(scene->peer, SHUT_WR);
}

static void peer_refuses(struct scene *scene)
{
	shutdown(scene->peer, SHUT_RDWR);
}

static void peer_closes(struct scene *scene)
{
	close(scene->peer);
}

static void bytes_and_close(struct scene *scene)
{
	tell(scene, "cde", 0);
	close(scene->peer);
}

static void reset(struct scene *scene)
{
	struct linger linger = { .l_onoff = 1 };

	setsockopt(scene->peer, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(scene->peer);
}

static void bytes_and_reset(struct scene *scene)
{
	tell(scene, "cde", 0);
	reset(scene);
}

static void shut_read(struct scene *scene)
{
	note("shutdown %s", outcome(shutdown(scene->fd, SHUT_RD)));
}

static void shut_write(struct scene *scene)
{
	note("shutdown %s", outcome(shutdown(scene->fd, SHUT_WR)));
}

static void shut_both(struct scene *scene)
{
	note("shutdown %s", outcome(shutdown(scene->fd, SHUT_RDWR)));
}

static void disconnected(struct scene *scene)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	note("disconnect %s", outcome(connect(scene->fd, &none, sizeof(none))));
}

/* Those that a splice may refuse are not noted. */
static void upper_protocol(struct scene *scene)
{
	setsockopt(scene->fd, IPPROTO_TCP, TCP_ULP, "tls", 3);
	settle(scene);
	tell(scene, "cde", 0);
}

static void peers_upper_protocol(struct scene *scene)
{
	setsockopt(scene->peer, IPPROTO_TCP, TCP_ULP, "tls", 3);
	settle(scene);
	tell(scene, "cde", 0);
}

static void repaired(struct scene *scene)
{
	int on = 1, off = -1;

	setsockopt(scene->fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on));
	settle(scene);
	setsockopt(scene->fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof(off));
	tell(scene, "cde", 0);
}

static void in_sockmap(struct scene *scene)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_SOCKMAP, .key_size = 4, .value_size = 4, .max_entries = 1 };
	long map = syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
	int key = 0, fd = scene->fd;

	if (map < 0)
		give_up("BPF_MAP_CREATE");
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (__u32)map;
	attr.key = (__u64)(uintptr_t)&key;
	attr.value = (__u64)(uintptr_t)&fd;
	syscall(SYS_bpf, BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
	settle(scene);
	tell(scene, "cde", 0);
}

static void revoked(struct scene *scene)
{
	char port[16];
	int status;
	pid_t child;

	snprintf(port, sizeof(port), "%d", scene->port);
	child = scene->spliced ? fork() : 0;
	if (scene->spliced && !child) {
		dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		execlp("splicectl", "splicectl", "revoke", "--port", port, NULL);
		_exit(1);
	}
	if (child && (waitpid(child, &status, 0) != child || status))
		give_up("splicectl revoke");
	settle(scene);
	tell(scene, "cde", 0);
}

static void rings_taken(struct scene *scene)
{
	for (int i = 0; i < 2; i++) {
		int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

		if (fd < 0 || write(fd, "2", 1) != 1)
			give_up("drop_caches");
		close(fd);
	}
	tell(scene, "cde", 0);
}

static void on_signal(int number)
{
	(void)number;
}

static void interrupted_with(struct scene *scene, int flags)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = flags };

	sigaction(SIGUSR1, &action, NULL);
	syscall(SYS_tgkill, getpid(), scene->call->tid, SIGUSR1);
}

static void interrupted(struct scene *scene)
{
	interrupted_with(scene, 0);
}

static void interrupted_restarts(struct scene *scene)
{
	interrupted_with(scene, SA_RESTART);
	settle(scene);
	tell(scene, "cde", 0);
}

static void least_lowered(struct scene *scene)
{
	int least = 3;

	tell(scene, "cde", 0);
	setsockopt(scene->fd, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof(least));
}

const struct event events[] = {
	{ .name = "nothing", .happen = nothing },
	{ .name = "a_little", .happen = a_little },
	{ .name = "enough", .happen = enough },
	{ .name = "bit_by_bit", .happen = bit_by_bit },
	{ .name = "much", .happen = much },
	{ .name = "urgent", .happen = urgent },
	{ .name = "urgent_between", .happen = urgent_between },
	{ .name = "through_tcp", .happen = through_tcp },
	{ .name = "end", .happen = end },
	{ .name = "bytes_and_end", .happen = bytes_and_end },
	{ .name = "peer_refuses", .happen = peer_refuses },
	{ .name = "peer_closes", .happen = peer_closes },
	{ .name = "bytes_and_close", .happen = bytes_and_close },
	{ .name = "reset", .happen = reset },
	{ .name = "bytes_and_reset", .happen = bytes_and_reset },
	{ .name = "shut_read", .happen = shut_read },
	{ .name = "shut_write", .happen = shut_write },
	{ .name = "shut_both", .happen = shut_both },
	{ .name = "disconnected", .happen = disconnected },
	{ .name = "upper_protocol", .happen = upper_protocol },
	{ .name = "peers_upper_protocol", .happen = peers_upper_protocol },
	{ .name = "repaired", .happen = repaired },
	{ .name = "in_sockmap", .happen = in_sockmap },
	{ .name = "revoked", .happen = revoked },
	{ .name = "rings_taken", .happen = rings_taken },
	{ .name = "interrupted", .happen = interrupted },
	{ .name = "interrupted_restarts", .happen = interrupted_restarts },
	{ .name = "least_lowered", .happen = least_lowered },
	{ 0 },
};
