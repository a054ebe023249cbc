// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "number.h"
#include "options.h"
#include "profile.h"

#define LEAST_SIZE UINT64_C(4096)
#define MOST_SIZE (UINT64_C(1) << 46)
#define MOST_LATENCY_NS UINT64_C(10000000000)

static const char usage[] =
	"usage: fabricd --size SIZE [--listen ADDRESS:PORT] [--secret FILE] [--latency-ns N]\n"
	"               [--profile NAME[:TIMES]] [--trace FILE] [--control]\n";

__attribute__((noreturn, format(printf, 1, 2)))
static void refuse(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "fabricd: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, "\n");
	va_end(args);
	exit(2);
}

static void take_size(struct options *options, const char *text)
{
	if (!parse_size(text, &options->size) || options->size < LEAST_SIZE ||
	    options->size > MOST_SIZE)
		refuse("expected --size to be from 4K to 64T, got %s. Example: --size 256M", text);
}

/* 127.0.0.1:7000 or [::1]:7000; port 0 is a free one. */
static void take_listen(struct options *options, const char *text)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : 0;
	char address[INET6_ADDRSTRLEN + 2];
	uint64_t port;

	memset(&options->listen, 0, sizeof(options->listen));
	if (!colon || len >= sizeof(address) || !parse_number(colon + 1, 0, UINT16_MAX, &port))
		refuse("expected --listen to be ADDRESS:PORT with a port up to 65535, got %s. "
		       "Examples: 127.0.0.1:7000, [::1]:7000", text);
	memcpy(address, text, len);
	address[len] = '\0';
	if (address[0] == '[' && address[len - 1] == ']') {
		address[len - 1] = '\0';
		if (inet_pton(AF_INET6, address + 1, &options->listen.v6.sin6_addr) == 1) {
			options->listen.v6.sin6_family = AF_INET6;
			options->listen.v6.sin6_port = htons(port);
			return;
		}
	} else if (inet_pton(AF_INET, address, &options->listen.v4.sin_addr) == 1) {
		options->listen.v4.sin_family = AF_INET;
		options->listen.v4.sin_port = htons(port);
		return;
	}
	refuse("expected --listen to name an address in numbers, an IPv6 one in brackets, got %s. "
	       "Examples: 127.0.0.1:7000, [::1]:7000", text);
}

/* The file's first line, because an editor ends it with one. */
static void take_secret(struct options *options, const char *path)
{
	char text[FABRIC_SECRET_BYTES + 2];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat file;
	ssize_t n;
	char *end;

	if (fd < 0 || fstat(fd, &file))
		refuse("--secret %s: %m", path);
	if (!S_ISREG(file.st_mode))
		refuse("--secret %s is not a plain file", path);
	if (file.st_mode & 077)
		refuse("--secret %s can be read by others (mode %03o). Run: chmod 600 %s", path,
		       (unsigned int)file.st_mode & 0777, path);
	n = read(fd, text, sizeof(text));
	close(fd);
	end = n > 0 ? memchr(text, '\n', n) : NULL;
	options->secret_len = end ? end - text : n > 0 ? n : 0;
	if (!options->secret_len || options->secret_len > FABRIC_SECRET_BYTES)
		refuse("expected the first line of --secret %s to have 1 to %d bytes", path,
		       FABRIC_SECRET_BYTES);
	memcpy(options->secret, text, options->secret_len);
}

static void take_latency(struct options *options, const char *text)
{
	if (!parse_number(text, 0, MOST_LATENCY_NS, &options->latency_ns))
		refuse("expected --latency-ns to be a number up to 10000000000, got %s", text);
}

static void take_profile(struct options *options, const char *text)
{
	struct host host = { 0 };

	options->profile = text;
	if (!profile_apply(&host, text))
		refuse("expected --profile to be one of " PROFILES ", or NAME:TIMES, got %s", text);
}

static void take_trace(struct options *options, const char *text)
{
	options->trace = text;
}

static const struct {
	const char *name;
	void (*take)(struct options *options, const char *text);	/* NULL: has no value */
} known[] = {
	{ "--size", take_size },
	{ "--listen", take_listen },
	{ "--secret", take_secret },
	{ "--latency-ns", take_latency },
	{ "--profile", take_profile },
	{ "--trace", take_trace },
	{ "--control", NULL },
};

#define KNOWN (sizeof(known) / sizeof(*known))

static size_t find(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < KNOWN; i++)
		if (strlen(known[i].name) == len && !strncmp(known[i].name, word, len))
			return i;
	refuse("%s is not an option\n%s", word, usage);
}

static bool is_loopback(const struct options *options)
{
	if (options->listen.any.sa_family == AF_INET)
		return ntohl(options->listen.v4.sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&options->listen.v6.sin6_addr);
}

void parse_options(int argc, char **argv, struct options *options)
{
	bool given[KNOWN] = { false };
	int i;

	*options = (struct options){ 0 };
	take_listen(options, "127.0.0.1:0");
	for (i = 1; i < argc; i++) {
		const char *value = strchr(argv[i], '=');
		size_t index;

		if (!strcmp(argv[i], "--help")) {
			printf("%s", usage);
			exit(0);
		}
		index = find(argv[i], value ? (size_t)(value++ - argv[i]) : strlen(argv[i]));
		if (given[index])
			refuse("%s is given twice", known[index].name);
		given[index] = true;
		if (!known[index].take && value)
			refuse("%s takes no value", known[index].name);
		if (!known[index].take) {
			options->control = true;
			continue;
		}
		if (!value && ++i < argc)
			value = argv[i];
		if (!value || !*value)
			refuse("%s needs a value\n%s", known[index].name, usage);
		known[index].take(options, value);
	}
	if (!options->size)
		refuse("--size is missing\n%s", usage);
	if (options->profile && options->latency_ns)
		refuse("--latency-ns and --profile exclude each other");
	if (!options->secret_len && !is_loopback(options))
		refuse("--listen names an address that others can reach: give --secret FILE");
}
