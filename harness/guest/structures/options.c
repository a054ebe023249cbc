// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "numbers.h"
#include "options.h"

/* FIRST:LAST, or one. */
static void seeds(char *text, struct options *options)
{
	char *colon = strchr(text, ':');

	if (colon)
		*colon = 0;
	options->first = number(text, "--seeds", 0, UINT64_MAX / 4);
	options->last = colon ? number(colon + 1, "--seeds", options->first, UINT64_MAX / 4)
			      : options->first;
}

static uint64_t distribution(const char *name)
{
	static const char *const names[] = {
		[UNIFORM] = "uniform", [LOG] = "log", [PCT] = "pct", [STALL] = "stall", [STARVE] = "starve",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			return i;
	errx(2, "--distribution %s is none of: uniform, log, pct, stall, starve", name);
}

static uint64_t fault(const char *name)
{
	if (!strcmp(name, "kill"))
		return KILL;
	if (!strcmp(name, "pause"))
		return PAUSE;
	errx(2, "--faults %s is none of: kill, pause", name);
}

static const struct structure *const all[] = {
	counter_forms, ticket_forms, mcs_forms, seqlock_forms, stack_forms,
	queue_forms, table_forms, epoch_forms, sb_forms, message_forms, tally_forms,
	lease_forms,
};

#define STRUCTURES (sizeof(all) / sizeof(*all))

static void list_forms(void)
{
	for (size_t i = 0; i < STRUCTURES; i++)
		for (const struct structure *form = all[i]; form->name; form++)
			fprintf(stderr, "  --structure %s%s%s\n", form->name,
				form->broken ? " --broken " : "", form->broken ?: "");
}

static const struct structure *find(const char *name, const char *broken)
{
	for (size_t i = 0; i < STRUCTURES; i++)
		for (const struct structure *form = all[i]; form->name; form++)
			if (!strcmp(form->name, name) &&
			    (broken ? form->broken && !strcmp(form->broken, broken) : !form->broken))
				return form;
	warnx("--structure %s%s%s is none of:", name, broken ? " --broken " : "", broken ?: "");
	list_forms();
	exit(2);
}

void parse(int argc, char **argv, struct round *round, struct options *options)
{
	static const struct option known[] = {
		{ "structure", required_argument, NULL, 's' },
		{ "broken", required_argument, NULL, 'b' },
		{ "seeds", required_argument, NULL, 'n' },
		{ "quantum", required_argument, NULL, 'q' },
		{ "distribution", required_argument, NULL, 'x' },
		{ "faults", required_argument, NULL, 'f' },
		{ "ops", required_argument, NULL, 'o' },
		{ "device", required_argument, NULL, 'd' },
		{ "each", no_argument, NULL, 'e' },
		{ },
	};
	const char *name = "add", *broken = NULL;
	int option;

	round->host = from_environment("HOST_INDEX", 0, MOST_HOSTS);
	round->hosts = from_environment("HOST_COUNT", 1, MOST_HOSTS);
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 's': name = optarg; break;
		case 'b': broken = optarg; break;
		case 'n': seeds(optarg, options); break;
		case 'q': options->schedule.quantum = number(optarg, "--quantum", 1, 1000000000); break;
		case 'x': options->schedule.distribution = distribution(optarg); break;
		case 'f': options->schedule.fault = fault(optarg); break;
		case 'o': round->ops = number(optarg, "--ops", 1, UINT64_C(1) << 40); break;
		case 'd': options->device = optarg; break;
		case 'e': options->each = true; break;
		default: errx(2, "see docs/lockstep.md");
		}
	}
	if (optind < argc)
		errx(2, "what is %s for?", argv[optind]);
	if (round->host >= round->hosts)
		errx(2, "host %u of %u?", round->host, round->hosts);
	round->may_die = options->schedule.fault == KILL;
	options->structure = find(name, broken);
}
