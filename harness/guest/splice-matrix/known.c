// SPDX-License-Identifier: GPL-2.0-only
/* Cells that are left out: mostly because TCP's own text is a matter of its timers or its windows. */
#include <string.h>

#include "matrix.h"

static const struct {
	const char *state, *call, *event, *why;	/* NULL: each of them */
} known[] = {
	{ NULL, "send_big", "shut_both", "TCP's FIN waits behind bytes for which there is no window" },
	{ NULL, "sendfile", "shut_both", "the same" },
	{ "full", NULL, "shut_write", "the same" },
	{ "full", NULL, "shut_both", "the same" },
	{ "full", NULL, "revoked", "a revocation gives a writer without room that of TCP" },
	{ NULL, "send_big", "revoked", "the same" },
	{ NULL, "sendfile", "revoked", "the same" },
	{ "full", "poll_end", "peers_upper_protocol", "TCP finds room a little later" },
	{ NULL, "send_big", "peer_refuses", "TCP tells of room only at the next probe of a window" },
	{ NULL, "sendfile", "peer_refuses", "the same" },
	{ "full", NULL, "peer_refuses", "the same" },
	{ NULL, "splice_least", "least_lowered", "a splice keeps the mark that it began with" },
	{ NULL, "splice_least", "shut_write", "TCP takes less than the mark when something else wakes it" },
	{ "partly", "recv_least", NULL, "TCP wakes a reader when enough came behind what it has taken" },
	{ "entering", "recv_least", NULL, "the same" },
	{ "leaving", "recv_least", NULL, "the same" },
	{ NULL, "peek_all", "disconnected", "a fault: a peek that has a part says EPIPE" },
	{ NULL, "peek_least", "disconnected", "the same" },
	{ 0 },
};

static bool is(const char *wanted, const char *name)
{
	return !wanted || !strcmp(wanted, name);
}

const char *known_difference(const struct cell *cell)
{
	for (size_t i = 0; known[i].why; i++)
		if (is(known[i].state, cell->state->name) && is(known[i].call, cell->call->name) &&
		    is(known[i].event, cell->event->name))
			return known[i].why;
	return NULL;
}
