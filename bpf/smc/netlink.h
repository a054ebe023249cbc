/* SPDX-License-Identifier: GPL-2.0-only */
/* Access to SMC's generic netlink family and its socket diagnosis. */
#ifndef SMC_NETLINK_H
#define SMC_NETLINK_H

#include <stdint.h>

struct smc_facts {
	uint64_t tx_bytes, rx_bytes, connections;	/* SMC-D only */
	uint64_t fallbacks;
	uint64_t live_smcd, live_fallback;		/* connected sockets right now */
};

/* Adds the counters of the caller's network namespace. */
void smc_add_facts(struct smc_facts *facts);

/* Dies if there is no device for SMC-D. The list of devices does not show loopback. */
void smc_require_device(void);

/* The user EID, which both ends of a connection need in common. */
void smc_add_eid(void);
void smc_remove_eid(void);

#endif
