// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The loop. One thread serves all hosts, so that there is one order of
 * everything. It does not end because of anything that a host says or fails
 * to say.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "admit.h"
#include "control.h"
#include "events.h"
#include "serve.h"

#define NEVER UINT64_MAX

/* Events that found no reader are offered again so often. */
#define RETRY_EVENTS_NS UINT64_C(10000000)

struct server server;
struct session sessions[MOST_SESSIONS];

static FILE *trace;
static int poller;

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
}

void watch(struct session *session)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = session };

	epoll_ctl(poller, EPOLL_CTL_ADD, session->fd, &event);
}

static void listen_to(struct session *session, bool readable)
{
	struct epoll_event event = {
		.events = readable ? EPOLLIN : EPOLLRDHUP,
		.data.ptr = session,
	};

	epoll_ctl(poller, EPOLL_CTL_MOD, session->fd, &event);
}

void close_session(struct session *session)
{
	if (session->state != SESSION_GREETED) {
		struct host *host = &server.hosts[session->host];

		if (host->session == session)
			host->session = NULL;
		tell("{\"event\":\"gone\",\"host\":%u,\"operation\":%" PRIu64 ",\"in_flight\":%s}\n",
		     session->host, host_total(host),
		     session->state == SESSION_IDLE ? "false" : "true");
	}
	close(session->fd);
	session->fd = -1;
}

/* A host that does not take so few bytes has asked for more than it reads. */
static void send_answer(struct session *session, size_t len, bool keep)
{
	if (send(session->fd, &session->out, len, MSG_NOSIGNAL) != (ssize_t)len || !keep) {
		close_session(session);
		return;
	}
	session->state = SESSION_IDLE;
	session->got = 0;
	if (session->waits)
		listen_to(session, true);
	session->waits = false;
}

static void send_reply(struct session *session, bool keep)
{
	send_answer(session, sizeof(session->out.reply), keep);
}

static void write_trace(const struct session *session)
{
	const struct fabric_request *request = &session->in.request;

	fprintf(trace, "%" PRIu64 " h%u op=%u size=%u address=%" PRIx64 " operand=%" PRIx64
		" expected=%" PRIx64 " old=%" PRIx64 "\n", now_ns(), session->host, request->op,
		request->size, le64toh(request->address), le64toh(request->operand[0]),
		le64toh(request->expected[0]), le64toh(session->out.reply.value[0]));
}

/* Whether the host's next operation is the one that never ends. */
static bool stopped(const struct session *session, bool after_effect)
{
	struct host *host = &server.hosts[session->host];
	uint64_t operation = host_total(host) + !after_effect;

	if (host->stop_after_effect != after_effect || !host->stop_at || operation != host->stop_at)
		return false;
	tell("{\"event\":\"stopped\",\"host\":%u,\"operation\":%" PRIu64 "}\n",
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

	if (session->fd < 0)
		return NEVER;
	if (session->state == SESSION_GREETED)
		return session->since_ns + HELLO_NS;
	if (host->paused)
		return NEVER;
	if (session->state == SESSION_ASKED)
		return session->since_ns + latency_ns / 2;
	if (session->state == SESSION_APPLIED)
		return session->since_ns + latency_ns;
	return NEVER;
}

/* Takes a request as far as the time has come for. */
static void advance(struct session *session)
{
	struct host *host = &server.hosts[session->host];
	uint64_t now = now_ns();
	int bucket = 0;

	if (session->state == SESSION_GREETED && due_ns(session) <= now) {
		close_session(session);
		return;
	}
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
		while (bucket < BUCKETS - 1 && (now - session->since_ns) >> bucket)
			bucket++;
		host->held_ns[bucket]++;
		send_reply(session, true);
	} else if (session->state != SESSION_GREETED && session->state != SESSION_IDLE &&
		   !session->waits) {
		session->waits = true;
		listen_to(session, false);
	}
}

static void say_hello(struct session *session)
{
	struct session *replaced;
	bool welcome = session_hello(&server, session, &replaced);

	if (replaced)
		close_session(replaced);
	if (welcome) {
		admit_known(session);
		tell("{\"event\":\"connected\",\"host\":%u}\n", session->host);
	}
	send_answer(session, sizeof(session->out.welcome), welcome);
}

static void hear(struct session *session, uint32_t events)
{
	size_t wanted = session_wants(session);
	ssize_t n;

	if (session->state == SESSION_ASKED || session->state == SESSION_APPLIED) {
		/* One operation at a time: the host says more only by its end. */
		if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
			close_session(session);
		return;
	}
	n = recv(session->fd, session->in.bytes + session->got, wanted - session->got, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_session(session);
		return;
	}
	session->got += n;
	if (session->got < wanted)
		return;
	if (session->state == SESSION_GREETED) {
		say_hello(session);
		return;
	}
	session->state = SESSION_ASKED;
	session->since_ns = now_ns();
	advance(session);
}

/* False at its end: the process that started us is gone. */
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

static void watch_also(int fd, void *tag)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = tag };

	epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

/* When there is something to do though nobody says anything. */
static uint64_t next_ns(void)
{
	uint64_t next = write_events() ? NEVER : now_ns() + RETRY_EVENTS_NS;
	int i;

	for (i = 0; i < MOST_SESSIONS; i++)
		if (due_ns(&sessions[i]) < next)
			next = due_ns(&sessions[i]);
	return next;
}

void serve(int listener, FILE *trace_file, bool control)
{
	struct epoll_event events[MOST_SESSIONS + 2];

	trace = trace_file;
	poller = epoll_create1(EPOLL_CLOEXEC);
	watch_also(listener, &server);
	if (control)
		watch_also(STDIN_FILENO, &trace);
	for (;;) {
		uint64_t next = next_ns(), now = now_ns();
		uint64_t left = next > now ? next - now : 0;
		struct timespec wait = { left / 1000000000, left % 1000000000 };
		int i, n = epoll_pwait2(poller, events, MOST_SESSIONS + 2,
					next == NEVER ? NULL : &wait, NULL);

		for (i = 0; i < n; i++) {
			struct session *session = events[i].data.ptr;

			if (events[i].data.ptr == &server) {
				admit(listener);
			} else if (events[i].data.ptr == &trace) {
				if (!read_control())
					return;
			} else if (session->fd >= 0) {
				hear(session, events[i].events);
			}
		}
		for (i = 0; i < MOST_SESSIONS; i++)
			if (sessions[i].fd >= 0)
				advance(&sessions[i]);
	}
}
