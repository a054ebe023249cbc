// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "loader.h"
#include "pins.h"

#define BPFFS_MAGIC 0xcafe4a11
#define CGROUP2_MAGIC 0x63677270

enum { KEY_CGROUP = 256, KEY_JSON, KEY_OWN };

static const struct loader *self;
static const char *verb, *cgroup;
static uint64_t own_option;
static bool own_given, json, enabling, reported;

static const char *verbs(void)
{
	return self->list ? "enable|disable|status|list|revoke" : "enable|disable|status";
}

static void disable(void)
{
	bool enabled = has_pins(self->name);

	remove_pins(self->name);
	if (enabled && self->disable)
		self->disable();
}

/* A failed enable leaves nothing enabled. */
void die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%sctl: ", self->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	if (enabling) {
		enabling = false;
		disable();
	}
	exit(1);
}

static uint64_t parse_number(const char *text, struct argp_state *state)
{
	char *end;
	uint64_t value = strtoull(text, &end, 10);

	if (end == text || *end || *text == '-')
		argp_error(state, "--%s: expected a number, got '%s'", self->option, text);
	return value;
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case KEY_CGROUP:
		cgroup = arg;
		return 0;
	case KEY_JSON:
		json = true;
		return 0;
	case KEY_OWN:
		own_option = parse_number(arg, state);
		own_given = true;
		return 0;
	case ARGP_KEY_ARG:
		if (verb)
			argp_error(state, "one verb at a time, got '%s' and '%s'", verb, arg);
		verb = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "a verb is needed: %s", verbs());
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void parse(int argc, char **argv)
{
	const struct argp_option options[] = {
		{ .name = "cgroup", .key = KEY_CGROUP, .arg = "DIR",
		  .doc = "enable, revoke: the cgroup whose processes it is for, its children included" },
		{ .name = "json", .key = KEY_JSON, .doc = "status, list, revoke: print one line of JSON" },
		{ .name = self->option, .key = self->option ? KEY_OWN : 0, .arg = "N", .doc = self->option_doc },
		{ .name = NULL },
	};
	const struct argp_child children[] = { { .argp = self->own }, { .argp = NULL } };
	const struct argp argp = {
		.options = options, .parser = parse_one, .args_doc = verbs(), .doc = self->doc,
		.children = children,
	};

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
}

static void require_bpffs(void)
{
	struct statfs fs;

	if (geteuid())
		die("only root may do this");
	if (statfs(BPFFS, &fs) || (unsigned long)fs.f_type != BPFFS_MAGIC)
		die(BPFFS " is no BPF filesystem (mount -t bpf bpf " BPFFS ")");
}

static int open_cgroup(void)
{
	struct statfs fs;
	int fd;

	fd = open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		die("cannot open cgroup %s: %s", cgroup, strerror(errno));
	if (fstatfs(fd, &fs) || fs.f_type != CGROUP2_MAGIC)
		die("%s is no directory of a version 2 cgroup hierarchy", cgroup);
	return fd;
}

/* Enabling twice starts again, with counters at zero. */
static void enable(void)
{
	int cgroup_fd;

	if (!cgroup)
		die("enable needs --cgroup DIR");
	cgroup_fd = open_cgroup();
	if (self->option && !own_given)
		die("enable needs --%s N", self->option);
	remove_pins(self->name);
	enabling = true;
	make_pin_folder(self->name);
	self->enable(cgroup_fd, own_option);
	enabling = false;
}

static void revoke_pairs(void)
{
	if (json)
		putchar('{');
	self->revoke(cgroup ? open_cgroup() : -1);
	if (json)
		puts("}");
}

static void status(void)
{
	if (!has_pins(self->name))
		die("not enabled (nothing is pinned at " PINS "/%s)", self->name);
	if (json)
		putchar('{');
	self->report();
	if (json)
		puts("}");
}

void report_number(const char *name, uint64_t value)
{
	if (json)
		printf("%s\"%s\":%" PRIu64, reported ? "," : "", name, value);
	else
		printf("%s: %" PRIu64 "\n", name, value);
	reported = true;
}

int loader_main(const struct loader *loader, int argc, char **argv)
{
	self = loader;
	parse(argc, argv);
	require_bpffs();
	if (!strcmp(verb, "enable")) {
		enable();
	} else if (!strcmp(verb, "disable")) {
		disable();
	} else if (!strcmp(verb, "status")) {
		status();
	} else if (self->list && !strcmp(verb, "list")) {
		self->list(json);
	} else if (self->list && !strcmp(verb, "revoke")) {
		revoke_pairs();
	} else {
		die("expected %s, got '%s'", verbs(), verb);
	}
	return 0;
}

void pin_link(struct bpf_link *link, const char *name)
{
	char path[256], file[64];

	if (!link)
		die("cannot attach %s: %s", name, strerror(errno));
	snprintf(file, sizeof(file), "%s" LINK_SUFFIX, name);
	pin_path(path, sizeof(path), self->name, file);
	if (bpf_link__pin(link, path))
		die("cannot pin %s: %s", path, strerror(errno));
}

void pin_map(struct bpf_map *map, const char *name)
{
	char path[256], file[64];

	snprintf(file, sizeof(file), "%s" MAP_SUFFIX, name);
	pin_path(path, sizeof(path), self->name, file);
	if (bpf_map__pin(map, path))
		die("cannot pin %s: %s", path, strerror(errno));
}

void sum_counters(const char *name, uint64_t *words, size_t count)
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t *copies = calloc((size_t)cpus * count, sizeof(*copies));
	char path[256], file[64];
	uint32_t key = 0;
	int fd;

	snprintf(file, sizeof(file), "%s" MAP_SUFFIX, name);
	pin_path(path, sizeof(path), self->name, file);
	fd = bpf_obj_get(path);
	if (fd < 0 || !copies || bpf_map_lookup_elem(fd, &key, copies))
		die("cannot read %s: %s", path, strerror(errno));
	memset(words, 0, count * sizeof(*words));
	for (size_t i = 0; i < (size_t)cpus * count; i++)
		words[i % count] += copies[i];
	free(copies);
	close(fd);
}
