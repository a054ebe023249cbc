/* SPDX-License-Identifier: GPL-2.0-only */
/* What SMC's generic netlink family and its socket diagnosis tell and take. */
#ifndef SMC_NETLINK_H
#define SMC_NETLINK_H

#include <stdint.h>

struct smc_facts {
	uint64_t tx_bytes, rx_bytes, connections;	/* SMC-D only */
	uint64_t fallbacks;
	uint64_t live_smcd, live_fallback;		/* connected sockets right now */
};

/* Adds what the caller's network namespace counted. */
void smc_add_facts(struct smc_facts *facts);

/* Dies where there is no device over which SMC-D could run; the list of devices leaves loopback out. */
void smc_require_device(void);

/* The user EID without which both ends of a connection find nothing in common. */
void smc_add_eid(void);
void smc_remove_eid(void);

#endif
