// SPDX-License-Identifier: GPL-2.0-only
/* Waiting: poll, epoll, blocked calls, signals. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"

static void levels(struct pair *pair)
{
	char bytes[10];

	note_poll("server", pair->server, POLLIN | POLLOUT | POLLRDHUP, 0);
	send_all(pair->client, "abc", 3);
	note_poll("server", pair->server, POLLIN | POLLOUT | POLLRDHUP, 60000);
	note_result("recv", recv(pair->server, bytes, 2, 0));
	note_poll("server", pair->server, POLLIN | POLLOUT | POLLRDHUP, 0);
	note_result("recv", recv(pair->server, bytes, 2, 0));
	note_poll("server", pair->server, POLLIN | POLLOUT | POLLRDHUP, 0);
	send_all(pair->client, "abc", 3);
	shutdown(pair->client, SHUT_WR);
	note_poll("server", pair->server, POLLIN | POLLOUT | POLLRDHUP, 60000);
	sleep_ms(20);
	note_poll("server", pair->server, POLLIN | POLLOUT | POLLRDHUP, 60000);
	shutdown(pair->server, SHUT_WR);
	sleep_ms(20);
	note_poll("server", pair->server, POLLIN | POLLOUT | POLLRDHUP, 0);
	note_poll("client", pair->client, POLLIN | POLLOUT | POLLRDHUP, 0);
}

static void note_edges(int epoll, int timeout_ms)
{
	struct epoll_event event;
	int ready = epoll_wait(epoll, &event, 1, timeout_ms);

	if (ready > 0)
		note("edge:%s%s%s", event.events & EPOLLIN ? " in" : "", event.events & EPOLLOUT ? " out" : "",
		     event.events & EPOLLRDHUP ? " rdhup" : "");
	else
		note("no edge");
}

static void edges(struct pair *pair)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET };
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	char bytes[100];

	epoll_ctl(epoll, EPOLL_CTL_ADD, pair->server, &event);
	note_edges(epoll, 0);
	send_all(pair->client, "abc", 3);
	note_edges(epoll, 60000);
	note_edges(epoll, 0);
	send_all(pair->client, "def", 3);
	note_edges(epoll, 60000);
	note_result("recv", recv(pair->server, bytes, 2, MSG_DONTWAIT));
	note_edges(epoll, 0);
	send_all(pair->client, "ghi", 3);
	note_edges(epoll, 60000);
	note_result("recv", recv(pair->server, bytes, 100, MSG_DONTWAIT));
	shutdown(pair->client, SHUT_WR);
	note_edges(epoll, 60000);
}

/* Bytes that were too few are enough once the mark is lower. */
static void mark_edge(struct pair *pair)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int epoll = epoll_create1(EPOLL_CLOEXEC), mark = 100;

	setsockopt(pair->server, SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof(mark));
	epoll_ctl(epoll, EPOLL_CTL_ADD, pair->server, &event);
	send_all(pair->client, "abc", 3);
	sleep_ms(20);
	note_edges(epoll, 0);
	mark = 3;
	setsockopt(pair->server, SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof(mark));
	note_edges(epoll, 0);
}

static void out_edge(struct pair *pair)
{
	struct epoll_event event = { .events = EPOLLOUT | EPOLLET };
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	static char bytes[65536];

	epoll_ctl(epoll, EPOLL_CTL_ADD, pair->client, &event);
	note_edges(epoll, 0);
	fill_up(pair->client);
	while (epoll_wait(epoll, &event, 1, 20) > 0)
		;
	note_result("send", send(pair->client, bytes, sizeof(bytes), MSG_DONTWAIT));
	while (recv(pair->server, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
	note_edges(epoll, 60000);
}

static void recv_one(void *argument)
{
	char byte = 0;
	ssize_t got = recv(*(int *)argument, &byte, 1, 0);

	note_result("blocked recv", got);
}

static void blocked_recv(struct pair *pair)
{
	struct worker *reader = start(recv_one, &pair->server);

	sleep_ms(50);
	send_all(pair->client, "a", 1);
	finish(reader);
}

static void drain_later(void *argument)
{
	static uint8_t bytes[20000];

	sleep_ms(100);
	while (recv(*(int *)argument, bytes, sizeof(bytes), 0) > 0)
		;
}

/* A writer that stopped because of poll(), and not because a write failed, is woken by room all the same. */
static void room_after_poll(struct pair *pair)
{
	struct pollfd writable = { .fd = pair->client, .events = POLLOUT };
	static const uint8_t bytes[1000];
	struct worker *reader;
	double begun;

	while (poll(&writable, 1, 50) == 1)
		send_all(pair->client, bytes, sizeof(bytes));
	reader = start(drain_later, &pair->server);
	begun = now_ms();
	note_poll("client", pair->client, POLLOUT, 20000);
	note("in time: %d", now_ms() - begun < 15000); /* poll() looks once more when its time is up */
	shutdown(pair->client, SHUT_WR);
	finish(reader);
}

static void poll_one(void *argument)
{
	note_poll("blocked poll", *(int *)argument, POLLIN, 60000);
}

static void blocked_poll(struct pair *pair)
{
	struct worker *reader = start(poll_one, &pair->server);

	sleep_ms(50);
	send_all(pair->client, "a", 1);
	finish(reader);
}

static void blocked_shutdown(struct pair *pair)
{
	struct worker *reader = start(recv_one, &pair->server);

	sleep_ms(50);
	shutdown(pair->server, SHUT_RD);
	finish(reader);
}

/* A reader, or a poll, that is inside its call before the connection is there. */
static void before_connect(struct pair *pair, void (*wait)(void *))
{
	int port, in_line;
	struct worker *waiting;

	/* One connection fills the queue, so that the SYN of the next is dropped, and sent again a second later. */
	pair->listener = listen_at(pair->family, &port);
	if (listen(pair->listener, 0))
		broken("listen");
	in_line = connect_to(pair->family, port);
	pair->client = begin_connect(pair->family, port);
	waiting = start(wait, &pair->client);
	sleep_ms(50);
	close(accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC));
	pair->server = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
	if (pair->server < 0)
		broken("accept");
	sleep_ms(50);
	send_all(pair->server, "a", 1);
	finish(waiting);
	close(in_line);
}

static void recv_before_connect(struct pair *pair)
{
	before_connect(pair, recv_one);
}

static void peek_one(void *argument)
{
	char byte = 0;

	note_result("blocked peek", recv(*(int *)argument, &byte, 1, MSG_PEEK));
	note("%c", byte);
}

static void peek_before_connect(struct pair *pair)
{
	before_connect(pair, peek_one);
}

static void poll_before_connect(struct pair *pair)
{
	before_connect(pair, poll_one);
}

static void on_alarm(int number)
{
	(void)number;
}

static void signals(struct pair *pair)
{
	struct sigaction action = { .sa_handler = on_alarm }, old;
	char byte;
	pid_t child;
	pid_t self = getpid();

	sigaction(SIGUSR1, &action, &old);
	child = fork();
	if (!child) {
		sleep_ms(100);
		kill(self, SIGUSR1);
		_exit(0);
	}
	note_result("recv", recv(pair->server, &byte, 1, 0));
	waitpid(child, NULL, 0);
	action.sa_flags = SA_RESTART;
	sigaction(SIGUSR1, &action, NULL);
	child = fork();
	if (!child) {
		sleep_ms(100);
		kill(self, SIGUSR1);
		sleep_ms(100);
		send_all(pair->client, "a", 1);
		_exit(0);
	}
	note_result("restarted recv", recv(pair->server, &byte, 1, 0));
	waitpid(child, NULL, 0);
}

/* A part of what a peek waits for is there when a signal ends it. */
static void signal_ends_peek(struct pair *pair)
{
	struct sigaction action = { .sa_handler = on_alarm };
	pid_t child, self = getpid();

	sigaction(SIGUSR1, &action, NULL);
	send_all(pair->client, "abc", 3);
	child = fork();
	if (!child) {
		sleep_ms(100);
		kill(self, SIGUSR1);
		_exit(0);
	}
	note_recv("peek at all", pair->server, 10, MSG_PEEK | MSG_WAITALL);
	waitpid(child, NULL, 0);
	note_recv("recv", pair->server, 10, 0);
}

static void run_on(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		broken("sched_setaffinity: CPU %d", cpu);
}

enum { ECHOES = 50 };

static void echo(void *argument)
{
	int fd = *(int *)argument;
	char byte;

	run_on(1);
	for (int i = 0; i < ECHOES; i++)
		if (recv(fd, &byte, 1, 0) != 1 || send(fd, &byte, 1, 0) != 1)
			broken("echo");
}

static long sleeps(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nvcsw;
}

/* A budget spares sleeps in epoll_wait(), and makes it neither deaf nor late. */
static void busy_epoll(struct pair *pair)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC), budget_us = 2000000;
	struct sigaction action = { .sa_handler = on_alarm };
	pid_t child, self = getpid();
	struct worker *echoing;
	double began_ms;
	long slept;
	char byte;

	run_on(0);
	if (setsockopt(pair->server, SOL_SOCKET, SO_BUSY_POLL, &budget_us, sizeof(budget_us)))
		broken("SO_BUSY_POLL");
	epoll_ctl(epoll, EPOLL_CTL_ADD, pair->server, &event);
	echoing = start(echo, &pair->client);
	slept = sleeps();
	for (int i = 0; i < ECHOES; i++) {
		send_all(pair->server, "a", 1);
		if (epoll_wait(epoll, &event, 1, 60000) != 1 || recv(pair->server, &byte, 1, 0) != 1)
			broken("no echo");
	}
	note("slept when it need not have: %d", pair->spliced && sleeps() - slept > ECHOES / 2);
	finish(echoing);

	sigaction(SIGUSR1, &action, NULL);
	child = fork();
	if (!child) {
		sleep_ms(100);
		kill(self, SIGUSR1);
		_exit(0);
	}
	note_result("interrupted epoll_wait", epoll_wait(epoll, &event, 1, 60000));
	waitpid(child, NULL, 0);
	began_ms = now_ms();
	note_result("epoll_wait", epoll_wait(epoll, &event, 1, 30));
	note("late: %d", now_ms() - began_ms > 1000);
}

static volatile sig_atomic_t io_signals;

static void on_io(int number)
{
	(void)number;
	io_signals++;
}

static void io_signal(struct pair *pair)
{
	struct sigaction action = { .sa_handler = on_io };

	sigaction(SIGIO, &action, NULL);
	if (fcntl(pair->server, F_SETOWN, getpid()) ||
	    fcntl(pair->server, F_SETFL, fcntl(pair->server, F_GETFL) | O_ASYNC))
		broken("O_ASYNC");
	send_all(pair->client, "a", 1);
	for (int i = 0; i < 100 && !io_signals; i++)
		sleep_ms(10);
	note("a signal came: %d", io_signals > 0);
}

const struct test_case wait_cases[] = {
	{ .name = "levels", .run = levels },
	{ .name = "edges", .run = edges },
	{ .name = "mark_edge", .run = mark_edge },
	{ .name = "out_edge", .run = out_edge },
	{ .name = "blocked_recv", .run = blocked_recv },
	{ .name = "room_after_poll", .run = room_after_poll },
	{ .name = "blocked_poll", .run = blocked_poll },
	{ .name = "blocked_shutdown", .run = blocked_shutdown, .no_ring = true },
	{ .name = "recv_before_connect", .run = recv_before_connect, .own_pair = true },
	{ .name = "peek_before_connect", .run = peek_before_connect, .own_pair = true },
	{ .name = "poll_before_connect", .run = poll_before_connect, .own_pair = true },
	{ .name = "signals", .run = signals },
	{ .name = "signal_ends_peek", .run = signal_ends_peek },
	{ .name = "busy_epoll", .run = busy_epoll },
	{ .name = "io_signal", .run = io_signal },
	{ 0 },
};
