// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <getopt.h>
#include <string.h>
#include "numbers.h"
#include "options.h"

const char *const op_names[] = {
	[OP_CAS] = "cas", [OP_ADD] = "add", [OP_LOCK] = "lock", [OP_SLOTS] = "slots",
	[OP_KINDS] = "kinds",
};

/* SEED:QUANTUM */
static struct schedule schedule(char *text)
{
	char *colon = strchr(text, ':');

	if (!colon)
		errx(2, "--schedule %s: expected SEED:QUANTUM", text);
	*colon = 0;
	return (struct schedule){
		.seed = number(text, "--schedule SEED", 0, UINT64_MAX / 4),
		.quantum = number(colon + 1, "--schedule QUANTUM", 1, 1000000000),
	};
}

void parse(int argc, char **argv, struct party *party, struct plan *plan, struct options *options)
{
	static const struct option known[] = {
		{ "ops", required_argument, NULL, 'n' },
		{ "op", required_argument, NULL, 'o' },
		{ "words", required_argument, NULL, 'w' },
		{ "contended", required_argument, NULL, 'c' },
		{ "device", required_argument, NULL, 'd' },
		{ "offset", required_argument, NULL, 'f' },
		{ "seconds", required_argument, NULL, 's' },
		{ "host", required_argument, NULL, 'i' },
		{ "hosts", required_argument, NULL, 'm' },
		{ "round", required_argument, NULL, 'u' },
		{ "run-ms", required_argument, NULL, 'r' },
		{ "timed-one-in", required_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'j' },
		{ "stock", no_argument, NULL, 'a' },
		{ "histogram", no_argument, NULL, 'h' },
		{ "schedule", required_argument, NULL, 'q' },
		{ },
	};
	bool ops_given = false;
	unsigned int op;
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'n':
			plan->ops = number(optarg, "--ops", 1, UINT64_C(1) << 40);
			ops_given = true;
			break;
		case 'w': plan->words = number(optarg, "--words", 1, MOST_WORDS); break;
		case 'c': plan->contended = number(optarg, "--contended", 0, UINT64_C(1) << 40); break;
		case 'd': options->device = optarg; break;
		case 'f': options->offset = number(optarg, "--offset", 0, UINT64_C(1) << 46); break;
		case 's': options->seconds = number(optarg, "--seconds", 1, 86400); break;
		case 'i': party->host = number(optarg, "--host", 0, MOST_HOSTS - 1); break;
		case 'm': party->hosts = number(optarg, "--hosts", 1, MOST_HOSTS); break;
		case 'u': options->round = number(optarg, "--round", 1, UINT64_C(1) << 40); break;
		case 'r':
			plan->run_ns = number(optarg, "--run-ms", 1, 86400000) * UINT64_C(1000000);
			break;
		case 't': plan->timed_one_in = number(optarg, "--timed-one-in", 1, 1 << 20); break;
		case 'q': options->schedule = schedule(optarg); break;
		case 'a': plan->stock = true; break;
		case 'j': options->form = LINE; break;
		case 'h': options->form = LINE_WITH_HISTOGRAM; break;
		case 'o':
			for (op = 0; op < OPS && strcmp(optarg, op_names[op]); op++)
				;
			if (op == OPS)
				errx(2, "--op %s is none of cas, add, lock, slots, kinds", optarg);
			plan->op = op;
			break;
		default:
			errx(2, "see docs/fabric.md");
		}
	}
	if (plan->run_ns && !ops_given)
		plan->ops = 0;
	if (optind < argc)
		errx(2, "what is %s for?", argv[optind]);
	if (party->host >= party->hosts)
		errx(2, "host %u of %u?", party->host, party->hosts);
}
