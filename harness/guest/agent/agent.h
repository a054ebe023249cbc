/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AGENT_H
#define AGENT_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "frame.h"

/* setup.c: filesystems, loopback, name and entropy, before commands can run. */
void setup_guest(void);
int mount_on(const char *source, const char *target, const char *type,
	     unsigned long flags, const char *options);
const char *boot_argument(const char *name);

/* log.c: messages to the kernel's log, which reach the console. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);
__attribute__((format(printf, 1, 2), noreturn)) void die(const char *format, ...);
__attribute__((noreturn)) void power_off(void);

/* port.c: the virtio-serial port, framed. */
int port_open(void);
bool port_has_room(size_t size);
void port_send(uint32_t id, enum frame_type type, const void *data, size_t size);
void port_send_u32(uint32_t id, enum frame_type type, uint32_t value);
void port_send_credit(uint32_t id, enum frame_type stream, uint32_t size);
/* Writes as much as the port takes now; true while bytes are left. */
bool port_flush(void);
/* Passes each whole frame to dispatch(); true if frames wait for room for their answers. */
bool port_receive(void);
void dispatch(const struct frame_header *header, const char *payload);

/* command.c: commands and their streams. */
void command_run(uint32_t id, const char *payload, size_t size);
void command_stdin(uint32_t id, const char *data, size_t size);
void command_stdin_eof(uint32_t id);
void command_signal(uint32_t id, int number);
void command_kill(uint32_t id);
void command_window_size(uint32_t id, uint32_t rows, uint32_t columns);
void command_credit(uint32_t id, enum frame_type stream, uint32_t size);
void commands_reap(void);
/* Fills polls with the descriptors of the commands, and returns their number. */
size_t commands_poll(struct pollfd *polls, size_t max);
void commands_pump(void);

/* spawn.c: one process, its session, its cgroup. */
struct spawned {
	pid_t pid;
	int in, out, err;	/* our ends; err is -1 on a terminal */
};

struct spawn_request {
	uint32_t id;
	const char *cwd;
	char **argv;
	char **env;
	bool terminal;
	uint32_t rows, columns;
};

int spawn(const struct spawn_request *request, struct spawned *spawned);
void spawn_signal(pid_t pid, int number);
void spawn_kill(uint32_t id, pid_t pid);
void spawn_forget(uint32_t id);

#endif
