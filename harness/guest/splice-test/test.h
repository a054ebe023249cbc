/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Behaviour of spliced sockets, by comparison: every case runs once over plain TCP and once
 * over a spliced pair, notes what it sees, and both notes must be the same text. A case
 * must note nothing that TCP itself leaves open, such as how much fits into a buffer.
 */
#ifndef TEST_H
#define TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

enum family { V4, V6, MAPPED, FAMILIES };	/* MAPPED: an IPv4 client at an IPv6 listener */

struct pair {
	int client, server, listener;
	enum family family;
	bool spliced;
};

struct test_case {
	const char *name;
	void (*run)(struct pair *pair);
	/* Over the splice no byte need have gone through a ring: the case is about refusing or leaving it. */
	bool no_ring;
	/* Makes its own connection; pair->client and server are -1. */
	bool own_pair;
};

extern const struct test_case *const case_tables[];

/* Standard output, unless a case runs for a comparison. */
void write_notes_to(int fd);
/* Adds a line to the notes. */
__attribute__((format(printf, 1, 2))) void note(const char *format, ...);
/* Notes "WHAT = RESULT" or "WHAT = -ERRNO". */
void note_result(const char *what, long result);
/* Ends the case: the surroundings, not the sockets, are wrong. */
__attribute__((noreturn, format(printf, 1, 2))) void broken(const char *format, ...);

/* Sockets that this process makes from now on are in the spliced cgroup, if the case is run there and wants that. */
#define SPLICED_CGROUP "/sys/fs/cgroup/zerohop"
void join(const struct pair *pair, bool spliced);
/* The same in a cgroup below it. */
#define INNER_CGROUP SPLICED_CGROUP "/inner"
void join_inner(const struct pair *pair);

/* The two ends in network namespaces of their own: those of `ip netns`, at these addresses. */
#define CLIENT_NETNS "zh-client"
#define SERVER_NETNS "zh-server"
#define SERVER_V4 "10.77.0.2"
#define SERVER_V6 "fd77::2"
void use_container(void);
/* For a case with network namespaces of its own: by their names, or none. */
void use_netns(const char *client, const char *server);
void leave_container(void);
bool in_container(void);
/* Neither a container nor two namespaces. */
bool in_one_netns(void);
/* Sockets that this thread opens are in that namespace; without a container nothing happens. */
enum side { CLIENT_SIDE, SERVER_SIDE };
void enter(enum side side);

/* A command of splicectl's; over TCP it would change nothing. */
void set_policy(const struct pair *pair, const char *command);

/* One of the kernel's counters, over both ends' namespaces. */
unsigned long long counter(const char *name);
/* Notes it if that counter has not grown by so much; over TCP there is nothing to count. */
void note_growth(const struct pair *pair, const char *name, unsigned long long before, unsigned long long by);

/*
 * Notes whether an option that needs all bytes in TCP is refused while a ring has unread ones. Over TCP the note is the
 * same, because there is nothing to refuse.
 */
void note_refused(const struct pair *pair, int fd, int option, const void *value, socklen_t size);

/* Connections. */
int listen_at(enum family family, int *port);
int connect_to(enum family family, int port);
/* Does not wait for the connection; the socket blocks from then on. */
int begin_connect(enum family family, int port);
void open_pair(struct pair *pair);
/* One whose first bytes go through TCP: the server's end exists once data has come. */
void open_deferred_pair(struct pair *pair, const char *first);

/* Bytes that tell where in the stream they belong. */
void fill_pattern(uint8_t *bytes, size_t size, size_t offset);
size_t pattern_breaks_at(const uint8_t *bytes, size_t size, size_t offset);
/* All of them, or the case is broken. */
void send_all(int fd, const void *bytes, size_t size);
size_t recv_until(int fd, void *bytes, size_t size);
void send_pattern(int fd, size_t size);
/* Sends the pattern until nothing more goes in, now or soon; how much did. */
size_t fill_up(int fd);
/* Reads to `size` bytes or the end, checks them, and notes how many were right. */
void note_pattern(const char *who, int fd, size_t size);

/* Notes what one recv() gets: text, of at most 256 bytes. */
void note_recv(const char *what, int fd, size_t size, int flags);

/* Notes what poll() says now, waiting at most that long for something of `events`. */
void note_poll(const char *who, int fd, short events, int timeout_ms);

void set_nonblocking(int fd);
void sleep_ms(int ms);
double now_ms(void);

/* A thread that runs `body`, joined by finish(). */
struct worker;
struct worker *start(void (*body)(void *), void *argument);
void finish(struct worker *worker);

#endif
