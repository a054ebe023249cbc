// SPDX-License-Identifier: GPL-2.0-only
/* The virtio-serial port: frames in, frames out, never blocking. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"

#define PORT_NAME "zerohop.agent"
#define FRAME_SPACE (sizeof(struct frame_header) + FRAME_MAX)
#define ANSWER_MAX 64

/* head..tail is in use; it moves to the front when space runs out. */
struct buffer {
	size_t head, tail;
	char data[8 * FRAME_SPACE];
};

static struct buffer in, out;
static int port = -1;

static size_t buffer_room(const struct buffer *buffer)
{
	return sizeof(buffer->data) - (buffer->tail - buffer->head);
}

static void buffer_compact(struct buffer *buffer)
{
	memmove(buffer->data, buffer->data + buffer->head, buffer->tail - buffer->head);
	buffer->tail -= buffer->head;
	buffer->head = 0;
}

static bool is_ours(const char *device)
{
	char path[300], name[64] = "";
	FILE *file;
	bool ours;

	snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name", device);
	file = fopen(path, "re");
	if (!file)
		return false;
	ours = fgets(name, sizeof(name), file) && !strcmp(name, PORT_NAME "\n");
	fclose(file);
	return ours;
}

static int try_open(void)
{
	struct dirent *entry;
	char path[300];
	int fd = -1;
	DIR *dir;

	dir = opendir("/sys/class/virtio-ports");
	if (!dir)
		return -1;
	while (fd < 0 && (entry = readdir(dir))) {
		if (!is_ours(entry->d_name))
			continue;
		snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
		fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	}
	closedir(dir);
	return fd;
}

/* A port reads as ended while the host's end is closed. */
static bool is_connected(void)
{
	struct pollfd state = { .fd = port };

	return poll(&state, 1, 0) >= 0 && !(state.revents & POLLHUP);
}

/* The device's control queue announces and connects ports a moment after the device is probed. */
int port_open(void)
{
	int attempts;

	for (attempts = 0; attempts < 5000; attempts++) {
		if (port < 0)
			port = try_open();
		if (port >= 0 && is_connected())
			return port;
		usleep(1000);
	}
	if (port < 0)
		die("no virtio-serial port " PORT_NAME ": the kernel needs CONFIG_VIRTIO_CONSOLE and CONFIG_VIRTIO_PCI");
	die("the host does not hold the port " PORT_NAME);
}

bool port_has_room(size_t size)
{
	return buffer_room(&out) >= sizeof(struct frame_header) + size;
}

void port_send(uint32_t id, enum frame_type type, const void *data, size_t size)
{
	const struct frame_header header = { .size = size, .id = id, .type = type };

	if (!port_has_room(size))
		die("the agent sent without asking for room");
	if (sizeof(out.data) - out.tail < sizeof(header) + size)
		buffer_compact(&out);
	memcpy(out.data + out.tail, &header, sizeof(header));
	memcpy(out.data + out.tail + sizeof(header), data, size);
	out.tail += sizeof(header) + size;
}

void port_send_u32(uint32_t id, enum frame_type type, uint32_t value)
{
	port_send(id, type, &value, sizeof(value));
}

void port_send_credit(uint32_t id, enum frame_type stream, uint32_t size)
{
	const uint32_t credit[] = { stream, size };

	port_send(id, FRAME_CREDIT, credit, sizeof(credit));
}

bool port_flush(void)
{
	ssize_t written;

	while (out.head < out.tail) {
		written = write(port, out.data + out.head, out.tail - out.head);
		if (written < 0 && errno == EAGAIN)
			return true;
		if (written < 0)
			die("write to the port: %s", strerror(errno));
		out.head += written;
	}
	out.head = out.tail = 0;
	return false;
}

/* A frame waits until its answer has room, because it may be answered immediately. */
static void deliver_frames(void)
{
	struct frame_header header;

	while (in.tail - in.head >= sizeof(header) && port_has_room(ANSWER_MAX)) {
		memcpy(&header, in.data + in.head, sizeof(header));
		if (header.size > FRAME_MAX)
			die("a frame of %u bytes", header.size);
		if (in.tail - in.head < sizeof(header) + header.size)
			return;
		dispatch(&header, in.data + in.head + sizeof(header));
		in.head += sizeof(header) + header.size;
	}
}

bool port_receive(void)
{
	ssize_t got;

	/* Frames that waited for room for their answers. */
	deliver_frames();
	if (sizeof(in.data) - in.tail < FRAME_SPACE)
		buffer_compact(&in);
	if (in.tail == sizeof(in.data))
		return true;
	got = read(port, in.data + in.tail, sizeof(in.data) - in.tail);
	if (got < 0 && errno == EAGAIN)
		return !port_has_room(ANSWER_MAX);
	/* The host has closed the port, so this guest is no longer needed. */
	if (got <= 0)
		power_off();
	in.tail += got;
	deliver_frames();
	return !port_has_room(ANSWER_MAX);
}
