// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/smc.h>
#include <linux/smc_diag.h>
#include <linux/sock_diag.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loader.h"
#include "netlink.h"

/* Capital letters, digits, dots and dashes, padded with blanks. */
static const char eid[SMC_MAX_EID_LEN + 1] = "ZEROHOP                         ";

struct request {
	struct nlmsghdr header;
	char body[128];
};

/* Called with each message of an answer. */
typedef void (*visitor)(const struct nlmsghdr *message, void *context);

static void add_bytes(struct request *request, const void *bytes, size_t size)
{
	memcpy((char *)request + request->header.nlmsg_len, bytes, size);
	request->header.nlmsg_len += NLMSG_ALIGN(size);
}

static void add_string(struct request *request, uint16_t type, const char *text)
{
	struct nlattr attribute = { .nla_len = (uint16_t)(NLA_HDRLEN + strlen(text) + 1), .nla_type = type };

	add_bytes(request, &attribute, sizeof(attribute));
	add_bytes(request, text, strlen(text) + 1);
}

static struct request genl_request(uint16_t family, uint8_t command, uint16_t flags)
{
	struct genlmsghdr genl = { .cmd = command, .version = 1 };
	struct request request = { .header = {
		.nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = family, .nlmsg_flags = NLM_F_REQUEST | flags,
	} };

	add_bytes(&request, &genl, sizeof(genl));
	return request;
}

/* Sends, and reads until the answer is whole; returns 0 or a negative errno. */
static int exchange(int protocol, struct request *request, visitor visit, void *context)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	static char buffer[1 << 16];
	int result = 1;

	if (fd < 0 || sendto(fd, request, request->header.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		die("netlink: %s", strerror(errno));
	while (result == 1) {
		ssize_t size = recv(fd, buffer, sizeof(buffer), 0);
		struct nlmsghdr *message = (struct nlmsghdr *)buffer;

		if (size < 0)
			die("netlink: %s", strerror(errno));
		for (; NLMSG_OK(message, size) && result == 1; message = NLMSG_NEXT(message, size)) {
			if (message->nlmsg_type == NLMSG_ERROR)
				result = ((struct nlmsgerr *)NLMSG_DATA(message))->error;
			else if (message->nlmsg_type == NLMSG_DONE)
				result = 0;
			else if (visit)
				visit(message, context);
		}
	}
	close(fd);
	return result;
}

static const struct nlattr *find(const void *attributes, size_t size, uint16_t type)
{
	const char *at = attributes;

	while (size >= NLA_HDRLEN) {
		const struct nlattr *attribute = (const struct nlattr *)at;
		size_t step = NLA_ALIGN(attribute->nla_len);

		if ((attribute->nla_type & NLA_TYPE_MASK) == type)
			return attribute;
		if (attribute->nla_len < NLA_HDRLEN || step > size)
			return NULL;
		at += step;
		size -= step;
	}
	return NULL;
}

static const struct nlattr *find_in(const struct nlattr *nest, uint16_t type)
{
	return nest ? find((const char *)nest + NLA_HDRLEN, nest->nla_len - NLA_HDRLEN, type) : NULL;
}

static const struct nlattr *find_top(const struct nlmsghdr *message, uint16_t type)
{
	const char *attributes = (const char *)NLMSG_DATA(message) + GENL_HDRLEN;

	return find(attributes, message->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN, type);
}

static uint64_t number_in(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *attribute = find_in(nest, type);
	uint64_t value = 0;

	if (attribute)
		memcpy(&value, (const char *)attribute + NLA_HDRLEN, sizeof(value));
	return value;
}

static void take_family(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *id = find_top(message, CTRL_ATTR_FAMILY_ID);

	if (id)
		memcpy(context, (const char *)id + NLA_HDRLEN, sizeof(uint16_t));
}

static uint16_t smc_family(void)
{
	struct request request = genl_request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	uint16_t family = 0;

	add_string(&request, CTRL_ATTR_FAMILY_NAME, SMC_GENL_FAMILY_NAME);
	if (exchange(NETLINK_GENERIC, &request, take_family, &family) || !family)
		die("this kernel has no SMC (CONFIG_SMC)");
	return family;
}

static void take_stats(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *smcd = find_in(find_top(message, SMC_GEN_STATS), SMC_NLA_STATS_SMCD_TECH);
	struct smc_facts *facts = context;

	facts->tx_bytes += number_in(smcd, SMC_NLA_STATS_T_TX_BYTES);
	facts->rx_bytes += number_in(smcd, SMC_NLA_STATS_T_RX_BYTES);
	facts->connections += number_in(smcd, SMC_NLA_STATS_T_CLNT_V1_SUCC) +
			      number_in(smcd, SMC_NLA_STATS_T_CLNT_V2_SUCC);
}

/* Only the first reason carries the totals; without fallbacks there is no message. */
static void take_fallbacks(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *fallback = find_top(message, SMC_GEN_FBACK_STATS);
	struct smc_facts *facts = context;

	facts->fallbacks += number_in(fallback, SMC_NLA_FBACK_STATS_SRV_CNT) +
			    number_in(fallback, SMC_NLA_FBACK_STATS_CLNT_CNT);
}

static void take_socket(const struct nlmsghdr *message, void *context)
{
	const struct smc_diag_msg *socket = NLMSG_DATA(message);
	struct smc_facts *facts = context;

	facts->live_smcd += socket->diag_mode == SMC_DIAG_MODE_SMCD;
	facts->live_fallback += socket->diag_mode == SMC_DIAG_MODE_FALLBACK_TCP;
}

static void dump(uint16_t family, uint8_t command, visitor visit, struct smc_facts *facts)
{
	struct request request = genl_request(family, command, NLM_F_DUMP);
	int error = exchange(NETLINK_GENERIC, &request, visit, facts);

	if (error)
		die("SMC's netlink command %d: %s", command, strerror(-error));
}

static void dump_sockets(struct smc_facts *facts)
{
	struct smc_diag_req diag = { .diag_family = AF_SMC };
	struct request request = { .header = {
		.nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
	} };
	int error;

	add_bytes(&request, &diag, sizeof(diag));
	error = exchange(NETLINK_SOCK_DIAG, &request, take_socket, facts);
	if (error)
		die("SMC's socket diagnosis: %s (CONFIG_SMC_DIAG)", strerror(-error));
}

void smc_add_facts(struct smc_facts *facts)
{
	uint16_t family = smc_family();

	dump(family, SMC_NETLINK_GET_STATS, take_stats, facts);
	dump(family, SMC_NETLINK_GET_FBACK_STATS, take_fallbacks, facts);
	dump_sockets(facts);
}

static void take_capability(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *capable = find_in(find_top(message, SMC_GEN_SYS_INFO), SMC_NLA_SYS_IS_ISM_V2);

	if (capable && *((const uint8_t *)capable + NLA_HDRLEN))
		*(bool *)context = true;
}

void smc_require_device(void)
{
	struct request request = genl_request(smc_family(), SMC_NETLINK_GET_SYS_INFO, NLM_F_DUMP);
	bool capable = false;

	if (exchange(NETLINK_GENERIC, &request, take_capability, &capable) || !capable)
		die("this kernel has no SMC-D device (CONFIG_SMC_LO)");
}

static int change_eid(uint8_t command)
{
	struct request request = genl_request(smc_family(), command, NLM_F_ACK);

	add_string(&request, SMC_NLA_EID_TABLE_ENTRY, eid);
	return exchange(NETLINK_GENERIC, &request, NULL, NULL);
}

void smc_add_eid(void)
{
	int error = change_eid(SMC_NETLINK_ADD_UEID);

	if (error && error != -EEXIST)
		die("cannot add the user EID: %s", strerror(-error));
}

void smc_remove_eid(void)
{
	int error = change_eid(SMC_NETLINK_REMOVE_UEID);

	if (error && error != -ENOENT)
		die("cannot remove the user EID: %s", strerror(-error));
}
