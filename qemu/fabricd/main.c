// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fabricd: memory that hosts share over TCP
 *
 * One thread serves all hosts, so that there is one order of everything. It
 * does not end because of anything that a host says or fails to say.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "control.h"
#include "profile.h"

/* Some that have not said hello yet, beside all hosts. */
#define MOST_SESSIONS (2 * FABRIC_MAX_HOSTS)
#define NEVER UINT64_MAX

static struct server server;
static struct session sessions[MOST_SESSIONS];
static FILE *trace;
static int poller;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
}

static void listen_to(struct session *session, bool readable)
{
	struct epoll_event event = {
		.events = readable ? EPOLLIN : EPOLLRDHUP,
		.data.ptr = session,
	};

	epoll_ctl(poller, EPOLL_CTL_MOD, session->fd, &event);
}

static void close_session(struct session *session)
{
	if (session->state != SESSION_GREETED) {
		server.hosts[session->host].connected = false;
		printf("{\"event\":\"gone\",\"host\":%u,\"operation\":%" PRIu64 ",\"in_flight\":%s}\n",
		       session->host, host_total(&server.hosts[session->host]),
		       session->state == SESSION_IDLE ? "false" : "true");
	}
	close(session->fd);
	session->fd = -1;
}

/* A host that does not take 24 bytes has asked for more than it reads. */
static void send_reply(struct session *session, bool keep)
{
	const struct fabric_reply *reply = &session->reply;

	if (send(session->fd, reply, sizeof(*reply), MSG_NOSIGNAL) != sizeof(*reply) || !keep) {
		close_session(session);
		return;
	}
	session->state = SESSION_IDLE;
	session->got = 0;
	if (session->waits)
		listen_to(session, true);
	session->waits = false;
}

static void accept_session(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct fabric_greeting greeting = {
		.magic = htole32(FABRIC_MAGIC),
		.version = htole16(FABRIC_VERSION),
		.secret_wanted = htole16(!!server.secret),
		.memory_bytes = htole64(server.memory.size),
	};
	struct session *session = sessions;
	struct epoll_event event = { .events = EPOLLIN };

	if (fd < 0)
		return;
	while (session < sessions + MOST_SESSIONS && session->fd >= 0)
		session++;
	if (session == sessions + MOST_SESSIONS ||
	    getrandom(greeting.nonce, sizeof(greeting.nonce), 0) != sizeof(greeting.nonce) ||
	    send(fd, &greeting, sizeof(greeting), MSG_NOSIGNAL) != sizeof(greeting)) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){ 1 }, sizeof(int));
	*session = (struct session){ .fd = fd, .state = SESSION_GREETED };
	memcpy(session->nonce, greeting.nonce, sizeof(greeting.nonce));
	event.data.ptr = session;
	epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

static void write_trace(const struct session *session)
{
	const struct fabric_request *request = &session->in.request;

	fprintf(trace, "%" PRIu64 " h%u op=%u size=%u address=%" PRIx64 " operand=%" PRIx64
		" expected=%" PRIx64 " old=%" PRIx64 "\n", now_ns(), session->host, request->op,
		request->size, le64toh(request->address), le64toh(request->operand[0]),
		le64toh(request->expected[0]), le64toh(session->reply.value[0]));
}

/* Whether the host's next operation is the one that is never to end. */
static bool stopped(const struct session *session, bool after_effect)
{
	struct host *host = &server.hosts[session->host];
	uint64_t operation = host_total(host) + !after_effect;

	if (host->stop_after_effect != after_effect || !host->stop_at || operation != host->stop_at)
		return false;
	printf("{\"event\":\"stopped\",\"host\":%u,\"operation\":%" PRIu64 "}\n",
	       session->host, operation);
	host->stop_at = 0;
	host->paused = true;
	return true;
}

/* Half of the latency passes before the operation takes effect, half after. */
static uint64_t due_ns(const struct session *session)
{
	const struct host *host = &server.hosts[session->host];
	uint64_t latency_ns = host->latency_ns + host->ps_per_byte * session->in.request.size / 1000;

	if (session->fd < 0 || host->paused)
		return NEVER;
	if (session->state == SESSION_ASKED)
		return session->asked_ns + latency_ns / 2;
	if (session->state == SESSION_APPLIED)
		return session->asked_ns + latency_ns;
	return NEVER;
}

/* Takes a request as far as the time has come for. */
static void advance(struct session *session)
{
	struct host *host = &server.hosts[session->host];
	uint64_t now = now_ns();
	int bucket = 0;

	if (session->state == SESSION_ASKED && due_ns(session) <= now && !stopped(session, false)) {
		if (!session_apply(&server, session)) {
			send_reply(session, false);
			return;
		}
		if (trace)
			write_trace(session);
		stopped(session, true);
	}
	if (session->state == SESSION_APPLIED && due_ns(session) <= now) {
		while (bucket < BUCKETS - 1 && (now - session->asked_ns) >> bucket)
			bucket++;
		host->held_ns[bucket]++;
		send_reply(session, true);
	} else if (session->state != SESSION_GREETED && session->state != SESSION_IDLE &&
		   !session->waits) {
		session->waits = true;
		listen_to(session, false);
	}
}

static void serve(struct session *session, uint32_t events)
{
	ssize_t n;

	if (session->state == SESSION_ASKED || session->state == SESSION_APPLIED) {
		/* One operation at a time: what is told now is the end of the host. */
		if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
			close_session(session);
		return;
	}
	n = recv(session->fd, session->in.bytes + session->got, MESSAGE_BYTES - session->got, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_session(session);
		return;
	}
	session->got += n;
	if (session->got < MESSAGE_BYTES)
		return;
	if (session->state == SESSION_GREETED) {
		bool welcome = session_hello(&server, session);

		if (welcome)
			printf("{\"event\":\"connected\",\"host\":%u}\n", session->host);
		send_reply(session, welcome);
		return;
	}
	session->state = SESSION_ASKED;
	session->asked_ns = now_ns();
	advance(session);
}

/* False at its end: whoever started us is gone. */
static bool read_control(void)
{
	static char buffer[256];
	static size_t len;
	ssize_t n = read(STDIN_FILENO, buffer + len, sizeof(buffer) - 1 - len);
	char *line = buffer, *end;

	if (n <= 0)
		return n < 0 && (errno == EINTR || errno == EAGAIN);
	len += n;
	buffer[len] = '\0';
	while ((end = strchr(line, '\n'))) {
		*end = '\0';
		control_line(&server, line);
		line = end + 1;
	}
	len -= line - buffer;
	memmove(buffer, line, len);
	if (len == sizeof(buffer) - 1)
		len = 0;
	return true;
}

static void run(int listener)
{
	struct epoll_event events[MOST_SESSIONS + 2];

	for (;;) {
		uint64_t next = NEVER, now;
		struct timespec wait;
		int i, n;

		for (i = 0; i < MOST_SESSIONS; i++)
			if (sessions[i].fd >= 0 && due_ns(&sessions[i]) < next)
				next = due_ns(&sessions[i]);
		now = now_ns();
		next = next > now ? next - now : 0;
		wait = (struct timespec){ next / 1000000000, next % 1000000000 };
		n = epoll_pwait2(poller, events, MOST_SESSIONS + 2,
				 next > NEVER / 2 ? NULL : &wait, NULL);
		for (i = 0; i < n; i++) {
			if (events[i].data.ptr == &server) {
				accept_session(listener);
			} else if (events[i].data.ptr == &trace) {
				if (!read_control())
					return;
			} else {
				serve(events[i].data.ptr, events[i].events);
			}
		}
		for (i = 0; i < MOST_SESSIONS; i++)
			if (sessions[i].fd >= 0)
				advance(&sessions[i]);
	}
}

static bool is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)address;

		return ntohl(in->sin_addr.s_addr) >> 24 == 127;
	}
	return address->sa_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
}

/* HOST:PORT; exits with a message if it cannot be had */
static int open_listener(char *place)
{
	struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
				  .ai_socktype = SOCK_STREAM }, *info;
	struct sockaddr_storage bound;
	socklen_t bound_len = sizeof(bound);
	char *colon = strrchr(place, ':'), name[INET6_ADDRSTRLEN], port[8];
	int fd, error;

	if (!colon) {
		fprintf(stderr, "fabricd: --listen %s is not ADDRESS:PORT\n", place);
		exit(2);
	}
	*colon = '\0';
	error = getaddrinfo(place, colon + 1, &hints, &info);
	if (error) {
		fprintf(stderr, "fabricd: --listen %s: %s\n", place, gai_strerror(error));
		exit(2);
	}
	if (!server.secret && !is_loopback(info->ai_addr)) {
		fprintf(stderr, "fabricd: %s can be reached from elsewhere: give --secret FILE\n", place);
		exit(2);
	}
	fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	if (fd < 0 || bind(fd, info->ai_addr, info->ai_addrlen) || listen(fd, MOST_SESSIONS) ||
	    getsockname(fd, (struct sockaddr *)&bound, &bound_len)) {
		fprintf(stderr, "fabricd: cannot listen on %s:%s: %m\n", place, colon + 1);
		exit(1);
	}
	freeaddrinfo(info);
	getnameinfo((struct sockaddr *)&bound, bound_len, name, sizeof(name), port, sizeof(port),
		    NI_NUMERICHOST | NI_NUMERICSERV);
	printf("{\"event\":\"listening\",\"address\":\"%s:%s\"}\n", name, port);
	return fd;
}

/* The file's first line, for it was most likely made with an editor. */
static void read_secret(const char *path)
{
	static char secret[256];
	FILE *file = fopen(path, "r");

	if (!file || !fgets(secret, sizeof(secret), file) || !strcspn(secret, "\n")) {
		fprintf(stderr, "fabricd: --secret %s: no secret in it\n", path);
		exit(2);
	}
	fclose(file);
	server.secret = (uint8_t *)secret;
	server.secret_len = strcspn(secret, "\n");
}

static int usage(void)
{
	fprintf(stderr, "usage: fabricd --size BYTES [--listen ADDRESS:PORT] [--secret FILE] [--control]\n"
		"               [--profile NAME[:TIMES]] [--trace FILE]\n");
	return 2;
}

static void poll_also(int fd, void *tag)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = tag };

	epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "size", required_argument, NULL, 'm' },
		{ "listen", required_argument, NULL, 'l' },
		{ "secret", required_argument, NULL, 's' },
		{ "control", no_argument, NULL, 'c' },
		{ "profile", required_argument, NULL, 'p' },
		{ "trace", required_argument, NULL, 't' },
		{ },
	};
	char loopback[] = "127.0.0.1:0", *place = loopback;
	uint64_t size = 0;
	bool control = false;
	int option, i;

	setlinebuf(stdout);
	/* Latencies are short: no other 50 us on top. */
	prctl(PR_SET_TIMERSLACK, 1);
	signal(SIGPIPE, SIG_IGN);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'm': size = strtoull(optarg, NULL, 10); break;
		case 'l': place = optarg; break;
		case 's': read_secret(optarg); break;
		case 'c': control = true; break;
		case 'p':
			for (i = 0; i < FABRIC_MAX_HOSTS; i++) {
				if (profile_apply(&server.hosts[i], optarg))
					continue;
				fprintf(stderr, "fabricd: --profile %s is none of " PROFILES "\n", optarg);
				return 2;
			}
			break;
		case 't':
			trace = fopen(optarg, "w");
			if (!trace) {
				fprintf(stderr, "fabricd: --trace %s: %m\n", optarg);
				return 2;
			}
			break;
		default: return usage();
		}
	}
	if (!size || optind < argc)
		return usage();
	if (memory_init(&server.memory, size)) {
		fprintf(stderr, "fabricd: no room for %" PRIu64 " bytes: %m\n", size);
		return 1;
	}
	for (i = 0; i < MOST_SESSIONS; i++)
		sessions[i].fd = -1;

	poller = epoll_create1(EPOLL_CLOEXEC);
	i = open_listener(place);
	poll_also(i, &server);
	if (control)
		poll_also(STDIN_FILENO, &trace);
	run(i);
	return 0;
}
