// SPDX-License-Identifier: GPL-2.0-or-later
#include <endian.h>
#include <string.h>
#include "proof.h"
#include "session.h"

size_t session_wants(const struct session *session)
{
	return session->state == SESSION_GREETED ? sizeof(struct fabric_hello)
						 : sizeof(struct fabric_request);
}

/* What the side with that letter sends to prove that it has the secret. */
static void prove(const struct server *server, const struct session *session, char side,
		  uint8_t proof[FABRIC_PROOF_BYTES])
{
	const struct fabric_hello *hello = &session->in.hello;
	uint8_t text[1 + 2 * FABRIC_NONCE_BYTES + sizeof(hello->host)];

	text[0] = side;
	memcpy(text + 1, session->nonce, FABRIC_NONCE_BYTES);
	memcpy(text + 1 + FABRIC_NONCE_BYTES, hello->nonce, FABRIC_NONCE_BYTES);
	memcpy(text + 1 + 2 * FABRIC_NONCE_BYTES, &hello->host, sizeof(hello->host));
	hmac_sha256(server->secret, server->secret_len, text, sizeof(text), proof);
}

static bool proof_holds(const struct server *server, const struct session *session)
{
	uint8_t proof[FABRIC_PROOF_BYTES];

	if (!server->secret)
		return true;
	prove(server, session, 'H', proof);
	return proofs_equal(proof, session->in.hello.proof);
}

static void join_round(struct server *server, unsigned int host)
{
	bool alone = true;
	int i;

	for (i = 0; i < FABRIC_MAX_HOSTS; i++)
		alone = alone && !server->hosts[i].session;
	if (alone || server->in_round & 1U << host) {
		server->round++;
		server->in_round = 0;
	}
	server->in_round |= 1U << host;
}

bool session_hello(struct server *server, struct session *session, struct session **replaced)
{
	const struct fabric_hello *hello = &session->in.hello;
	unsigned int host = le16toh(hello->host);
	enum fabric_status status = FABRIC_OK;

	*replaced = NULL;
	if (le32toh(hello->magic) != FABRIC_MAGIC ||
	    le16toh(hello->version) != FABRIC_VERSION || host >= FABRIC_MAX_HOSTS)
		status = FABRIC_BAD_REQUEST;
	else if (!proof_holds(server, session))
		status = FABRIC_BAD_SECRET;
	else if (server->hosts[host].session && !server->secret)
		status = FABRIC_BUSY;

	session->out.welcome = (struct fabric_welcome){ .status = status };
	if (status != FABRIC_OK)
		return false;
	join_round(server, host);
	session->out.welcome.round = htole64(server->round);
	if (server->secret)
		prove(server, session, 'S', session->out.welcome.proof);
	*replaced = server->hosts[host].session;
	server->hosts[host].session = session;
	session->host = host;
	session->state = SESSION_APPLIED;
	return true;
}

bool session_apply(struct server *server, struct session *session)
{
	const struct fabric_request *request = &session->in.request;
	struct host *host = &server->hosts[session->host];
	unsigned int space = le16toh(request->space);

	session->state = SESSION_APPLIED;
	if (space >= FABRIC_SPACES) {
		session->out.reply = (struct fabric_reply){ .status = FABRIC_BAD_REQUEST,
							    .sequence = request->sequence };
		return false;
	}
	if (!memory_apply(&server->spaces[space], request, &session->out.reply))
		return false;
	if (session->out.reply.status == FABRIC_OK) {
		host->done[request->op]++;
		host->bytes += request->size;
		host->cas_failed += memory_cas_failed(request, &session->out.reply);
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
