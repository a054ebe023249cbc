// SPDX-License-Identifier: GPL-2.0-or-later
#include <endian.h>
#include "proof.h"
#include "session.h"

_Static_assert(sizeof(struct fabric_hello) == MESSAGE_BYTES, "one size for all");
_Static_assert(sizeof(struct fabric_request) == MESSAGE_BYTES, "one size for all");

static bool proof_holds(const struct server *server, const struct session *session)
{
	uint8_t proof[FABRIC_PROOF_BYTES];

	if (!server->secret)
		return true;
	hmac_sha256(server->secret, server->secret_len, session->nonce,
		    FABRIC_NONCE_BYTES, proof);
	return proofs_equal(proof, session->in.hello.proof);
}

bool session_hello(struct server *server, struct session *session)
{
	const struct fabric_hello *hello = &session->in.hello;
	unsigned int host = le16toh(hello->host);
	enum fabric_status status = FABRIC_OK;

	if (le32toh(hello->magic) != FABRIC_MAGIC ||
	    le16toh(hello->version) != FABRIC_VERSION || host >= FABRIC_MAX_HOSTS)
		status = FABRIC_BAD_REQUEST;
	else if (!proof_holds(server, session))
		status = FABRIC_BAD_SECRET;
	else if (server->hosts[host].connected)
		status = FABRIC_BUSY;

	session->reply = (struct fabric_reply){ .status = status };
	if (status != FABRIC_OK)
		return false;
	session->host = host;
	session->state = SESSION_APPLIED;
	server->hosts[host].connected = true;
	return true;
}

bool session_apply(struct server *server, struct session *session)
{
	const struct fabric_request *request = &session->in.request;
	struct host *host = &server->hosts[session->host];
	bool well_formed = memory_apply(&server->memory, request, &session->reply);

	session->state = SESSION_APPLIED;
	if (!well_formed)
		return false;
	if (session->reply.status == FABRIC_OK) {
		host->done[request->op]++;
		host->bytes += request->size;
		host->cas_failed += memory_cas_failed(request, &session->reply);
	}
	return true;
}

uint64_t host_total(const struct host *host)
{
	uint64_t total = 0;
	int op;

	for (op = 0; op < FABRIC_OPS; op++)
		total += host->done[op];
	return total;
}
