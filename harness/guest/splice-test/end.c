// SPDX-License-Identifier: GPL-2.0-only
/* How a connection ends. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"

static void half_close(struct pair *pair)
{
	send_all(pair->client, "last", 4);
	note_result("shutdown", shutdown(pair->client, SHUT_WR));
	note_result("send after it", send(pair->client, "x", 1, 0));
	note_recv("server", pair->server, 63, 0);
	note_recv("server", pair->server, 63, 0);
	note_recv("server", pair->server, 63, 0);
	send_all(pair->server, "still", 5);
	note_recv("client", pair->client, 63, 0);
	close(pair->server);
	note_recv("client", pair->client, 63, 0);
}

static void written_then_closed(struct pair *pair)
{
	send_pattern(pair->client, 100000);
	close(pair->client);
	note_pattern("server", pair->server, 100000);
	note_recv("server", pair->server, 63, 0);
}

static void written_then_exited(struct pair *pair)
{
	pid_t child = fork();

	if (!child) {
		send_pattern(pair->client, 100000);
		_exit(0);
	}
	close(pair->client);
	waitpid(child, NULL, 0);
	note_pattern("server", pair->server, 100000);
	note_recv("server", pair->server, 63, 0);
}

static void written_then_killed(struct pair *pair)
{
	pid_t child = fork();

	if (!child) {
		send_pattern(pair->client, 100000);
		raise(SIGKILL);
	}
	close(pair->client);
	waitpid(child, NULL, 0);
	note_pattern("server", pair->server, 100000);
	note_recv("server", pair->server, 63, 0);
}

static void unread_then_closed(struct pair *pair)
{
	send_all(pair->client, "unread", 6);
	send_all(pair->server, "delivered", 9);
	sleep_ms(20);
	close(pair->server);
	sleep_ms(20);
	note_poll("client", pair->client, POLLIN, 0);
	note_recv("client", pair->client, 63, 0);
	note_recv("client", pair->client, 63, 0);
	note_recv("client", pair->client, 63, 0);
	note_result("send", send(pair->client, "x", 1, 0));
}

/* A peek that has bytes to tell leaves the error for the next call. */
static void peek_then_error(struct pair *pair)
{
	char bytes[10];

	open_deferred_pair(pair, "x");
	send_all(pair->server, "unread", 6);
	sleep_ms(20);
	close(pair->client);
	sleep_ms(20);
	note_result("peek", recv(pair->server, bytes, sizeof(bytes), MSG_PEEK));
	note_result("send", send(pair->server, "y", 1, 0));
	note_result("send", send(pair->server, "y", 1, 0));
}

static void write_to_closed(struct pair *pair)
{
	send_all(pair->client, "x", 1);
	note_recv("server", pair->server, 63, 0);
	close(pair->server);
	sleep_ms(20);
	note_result("first send", send(pair->client, "x", 1, 0));
	sleep_ms(20);
	note_result("second send", send(pair->client, "x", 1, 0));
	note_result("third send", send(pair->client, "x", 1, 0));
	note_recv("client", pair->client, 63, 0);
}

static void send_and_shut(void *argument)
{
	int fd = *(int *)argument;

	send_all(fd, "last", 4);
	shutdown(fd, SHUT_WR);
}

/* The last bytes and the end come while somebody looks: never the end alone. */
static void ends_meanwhile(struct pair *pair)
{
	int early = 0;

	for (int i = 0; i < 60; i++) {
		struct worker *writer;
		size_t got = 0;
		ssize_t more;
		char bytes[8];

		open_pair(pair);
		send_all(pair->client, "x", 1);
		if (recv(pair->server, bytes, 1, 0) != 1)
			broken("recv");
		writer = start(send_and_shut, &pair->client);
		while ((more = recv(pair->server, bytes, sizeof(bytes), MSG_DONTWAIT)))
			got += more > 0 ? (size_t)more : 0;
		early += got < 4;
		finish(writer);
		close(pair->client);
		close(pair->server);
		close(pair->listener);
	}
	note("ends before the last bytes: %d", early);
}

static void pipe_signal(struct pair *pair)
{
	int status;
	pid_t child = fork();

	if (!child) {
		signal(SIGPIPE, SIG_DFL);
		send_all(pair->client, "x", 1);
		shutdown(pair->client, SHUT_WR);
		send(pair->client, "x", 1, MSG_NOSIGNAL);
		send(pair->client, "x", 1, 0);
		_exit(0);
	}
	waitpid(child, &status, 0);
	note("killed by SIGPIPE: %d", WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
}

static void linger_zero(struct pair *pair)
{
	struct linger linger = { .l_onoff = 1 };

	send_all(pair->client, "delivered", 9);
	sleep_ms(20);
	setsockopt(pair->client, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(pair->client);
	sleep_ms(20);
	note_recv("server", pair->server, 63, 0);
	note_recv("server", pair->server, 63, 0);
	note_recv("server", pair->server, 63, 0);
}

static void read_later(void *argument)
{
	sleep_ms(100);
	note_recv("server", *(int *)argument, 63, 0);
	note_recv("server", *(int *)argument, 63, 0);
}

static void linger_some(struct pair *pair)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 60 };
	struct worker *reader = start(read_later, &pair->server);
	double begun = now_ms(), took;
	int closed;

	send_all(pair->client, "delivered", 9);
	setsockopt(pair->client, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	closed = close(pair->client);
	took = now_ms() - begun;
	finish(reader);
	note_result("close", closed);
	note("in time: %d", took < 50000);
	/* TCP waits for an acknowledgement only; who has read the ring has acknowledged it. */
	note("waited: %d", took > 50 || !pair->spliced);
}

static void close_it(void *argument)
{
	close(*(int *)argument);
}

static void linger(int fd, int seconds)
{
	struct linger linger = { .l_onoff = 1, .l_linger = seconds };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

/* While an end lingers, its peer already sees the end of the stream. */
static void linger_seen(struct pair *pair)
{
	struct worker *closing;
	char bytes[10];

	linger(pair->client, 60);
	send_all(pair->client, "last", 4);
	closing = start(close_it, &pair->client);
	note_poll("server", pair->server, POLLRDHUP, 20000);
	note_result("peek", recv(pair->server, bytes, 10, MSG_PEEK | MSG_WAITALL));
	note_recv("server", pair->server, 63, 0);
	note_recv("server", pair->server, 63, 0);
	finish(closing);
}

/* An end with unread bytes does not linger. */
static void linger_unread(struct pair *pair)
{
	double begun;

	linger(pair->client, 60);
	send_all(pair->client, "delivered", 9);
	send_all(pair->server, "unread", 6);
	sleep_ms(20);
	begun = now_ms();
	note_result("close", close(pair->client));
	note("at once: %d", now_ms() - begun < 30000);
	note_recv("server", pair->server, 63, 0);
	note_recv("server", pair->server, 63, 0);
	note_recv("server", pair->server, 63, 0);
}

static void send_blocked(void *argument)
{
	note_result("blocked send", send(*(int *)argument, "x", 1, 0));
}

static void closed_under_writer(struct pair *pair)
{
	struct worker *writer;

	fill_up(pair->client);
	writer = start(send_blocked, &pair->client);
	sleep_ms(50);
	close(pair->server);
	finish(writer);
}

static void shut_under_writer(struct pair *pair)
{
	struct worker *writer;

	fill_up(pair->client);
	writer = start(send_blocked, &pair->client);
	sleep_ms(50);
	shutdown(pair->client, SHUT_WR);
	finish(writer);
}

static void shut_reading(struct pair *pair)
{
	send_all(pair->client, "early", 5);
	sleep_ms(20);
	shutdown(pair->server, SHUT_RD);
	note_recv("server", pair->server, 63, 0);
	note_recv("server", pair->server, 63, 0);
	send_all(pair->client, "late", 4);
	sleep_ms(20);
	note_recv("server", pair->server, 63, 0);
}

/* An end that has shut down both ways resets when something is sent to it. */
static void write_to_shut(struct pair *pair)
{
	send_all(pair->client, "early", 5);
	sleep_ms(20);
	note_result("shutdown", shutdown(pair->server, SHUT_RDWR));
	sleep_ms(20);
	note_result("first send", send(pair->client, "late", 4, 0));
	sleep_ms(20);
	note_result("second send", send(pair->client, "x", 1, 0));
	note_poll("client", pair->client, POLLIN | POLLOUT, 0);
	note_poll("server", pair->server, POLLIN | POLLOUT, 0);
	note_recv("server", pair->server, 63, 0);
	note_recv("server", pair->server, 63, 0);
	note_recv("client", pair->client, 63, 0);
}

static void write_to_shut_before(struct pair *pair)
{
	note_result("shutdown", shutdown(pair->server, SHUT_RDWR));
	sleep_ms(20);
	note_result("first send", send(pair->client, "late", 4, 0));
	sleep_ms(20);
	note_result("second send", send(pair->client, "x", 1, 0));
	note_recv("server", pair->server, 63, 0);
}

static void disconnects(struct pair *pair)
{
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

	send_all(pair->client, "x", 1);
	sleep_ms(20);
	note_result("disconnect", connect(pair->client, &nowhere, sizeof(nowhere)));
	note_recv("client", pair->client, 63, 0);
	note_result("send", send(pair->client, "x", 1, 0));
	note_recv("server", pair->server, 63, 0);
	note_recv("server", pair->server, 63, 0);
}

static void disconnects_under_reader(struct pair *pair)
{
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
	struct worker *reader;
	int disconnected;
	char byte;

	send_all(pair->client, "x", 1);
	send_all(pair->server, "x", 1);
	note_result("recv", recv(pair->client, &byte, 1, 0));
	reader = start(read_later, &pair->server);
	sleep_ms(20);
	disconnected = connect(pair->client, &nowhere, sizeof(nowhere));
	finish(reader);
	note_result("disconnect", disconnected);
}

static void recv_blocked(void *argument)
{
	note_recv("blocked recv", *(int *)argument, 63, 0);
}

static void disconnects_own_reader(struct pair *pair)
{
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
	struct worker *reader;
	int disconnected;
	char byte;

	send_all(pair->server, "x", 1);
	note_result("recv", recv(pair->client, &byte, 1, 0));
	reader = start(recv_blocked, &pair->client);
	sleep_ms(100);
	disconnected = connect(pair->client, &nowhere, sizeof(nowhere));
	finish(reader);
	note_result("disconnect", disconnected);
}

static void reconnected(struct pair *pair)
{
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);

	getpeername(pair->client, (void *)&address, &size);
	send_all(pair->client, "x", 1);
	note_recv("server", pair->server, 63, 0);
	note_result("disconnect", connect(pair->client, &nowhere, sizeof(nowhere)));
	close(pair->server);
	note_result("connect", connect(pair->client, (void *)&address, size));
	pair->server = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
	send_all(pair->client, "again", 5);
	note_recv("server", pair->server, 63, 0);
}

/* A child that nobody accepts goes with its listener. */
static void unaccepted(struct pair *pair)
{
	int port;

	pair->listener = listen_at(pair->family, &port);
	pair->client = connect_to(pair->family, port);
	send_all(pair->client, "nobody", 6);
	sleep_ms(20);
	close(pair->listener);
	sleep_ms(20);
	note_recv("client", pair->client, 63, 0);
	note_result("send", send(pair->client, "x", 1, 0));
}

static void both_close(struct pair *pair)
{
	send_all(pair->client, "x", 1);
	send_all(pair->server, "y", 1);
	note_recv("client", pair->client, 63, 0);
	note_recv("server", pair->server, 63, 0);
	note_result("close", close(pair->client));
	note_result("close", close(pair->server));
}

const struct test_case end_cases[] = {
	{ .name = "half_close", .run = half_close },
	{ .name = "written_then_closed", .run = written_then_closed },
	{ .name = "written_then_exited", .run = written_then_exited },
	{ .name = "written_then_killed", .run = written_then_killed },
	{ .name = "unread_then_closed", .run = unread_then_closed },
	{ .name = "peek_then_error", .run = peek_then_error, .own_pair = true },
	{ .name = "write_to_closed", .run = write_to_closed },
	{ .name = "ends_meanwhile", .run = ends_meanwhile, .own_pair = true },
	{ .name = "pipe_signal", .run = pipe_signal },
	{ .name = "linger_zero", .run = linger_zero },
	{ .name = "linger_some", .run = linger_some },
	{ .name = "linger_seen", .run = linger_seen },
	{ .name = "linger_unread", .run = linger_unread },
	{ .name = "closed_under_writer", .run = closed_under_writer },
	{ .name = "shut_under_writer", .run = shut_under_writer },
	{ .name = "write_to_shut", .run = write_to_shut },
	{ .name = "write_to_shut_before", .run = write_to_shut_before, .no_ring = true },
	{ .name = "shut_reading", .run = shut_reading },
	{ .name = "disconnected", .run = disconnects },
	{ .name = "disconnected_under_reader", .run = disconnects_under_reader },
	{ .name = "disconnected_own_reader", .run = disconnects_own_reader },
	{ .name = "reconnected", .run = reconnected },
	{ .name = "unaccepted", .run = unaccepted, .own_pair = true },
	{ .name = "both_close", .run = both_close },
	{ 0 },
};
