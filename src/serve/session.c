/* session.c - who is signed in. Kept in memory: a restart signs everybody out. */
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "serve/serve.h"

#define SESSIONS_MAX 4096
#define IDLE_SECONDS (12 * 3600)        /* unused for so long, it ends; */
#define AGE_SECONDS (30 * 24 * 3600)    /* and after so long in any case */
#define LINK_SECONDS (24 * 3600)

/* Tokens are kept as digests: who reads our memory has nothing to sign in with. */
struct kept {
	unsigned char digest[crypto_generichash_BYTES];
	struct xj_session session;
	int64_t began, used;               /* began 0: free */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct kept *sessions;
static struct kept owner_link;

int
xj_sessions_start(struct xj_error *err)
{
	sessions = calloc(SESSIONS_MAX, sizeof(*sessions));
	if (!sessions || sodium_init() < 0)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	return XJ_OK;
}

void
xj_sessions_end(void)
{
	free(sessions);
	sessions = NULL;
}

void
xj_token_new(char out[XJ_TOKEN_MAX])
{
	unsigned char bytes[(XJ_TOKEN_MAX - 1) / 2];

	randombytes_buf(bytes, sizeof(bytes));
	xj_hex(bytes, sizeof(bytes), out);
}

static void
digest(const char *token, unsigned char out[crypto_generichash_BYTES])
{
	crypto_generichash(out, crypto_generichash_BYTES,
			   (const unsigned char *)token, strlen(token), NULL,
			   0);
}

static bool
is_over(const struct kept *k, int64_t now)
{
	return !k->began || now - k->used > IDLE_SECONDS ||
	       now - k->began > AGE_SECONDS;
}

void
xj_link_owner(char token[XJ_TOKEN_MAX])
{
	xj_token_new(token);
	pthread_mutex_lock(&lock);
	digest(token, owner_link.digest);
	owner_link.session = (struct xj_session){ .who = XJ_OWNER };
	owner_link.began = xj_now();
	pthread_mutex_unlock(&lock);
}

bool
xj_link_take(const char *token, struct xj_session *session)
{
	unsigned char d[crypto_generichash_BYTES];
	bool fits;

	digest(token, d);
	pthread_mutex_lock(&lock);
	fits = owner_link.began &&
	       xj_now() - owner_link.began < LINK_SECONDS &&
	       sodium_memcmp(d, owner_link.digest, sizeof(d)) == 0;
	if (fits) {
		*session = owner_link.session;
		owner_link.began = 0;
	}
	pthread_mutex_unlock(&lock);
	return fits;
}

/* A free place, or that which was not used for the longest. */
static struct kept *
place(int64_t now)
{
	struct kept *oldest = sessions;

	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		if (is_over(&sessions[i], now))
			return &sessions[i];
		if (sessions[i].used < oldest->used)
			oldest = &sessions[i];
	}
	return oldest;
}

void
xj_session_begin(const struct xj_session *session, char token[XJ_TOKEN_MAX])
{
	int64_t now = xj_now();
	struct kept *k;

	xj_token_new(token);
	pthread_mutex_lock(&lock);
	k = place(now);
	*k = (struct kept){ .session = *session, .began = now, .used = now };
	k->session.began = now;
	xj_token_new(k->session.csrf);
	digest(token, k->digest);
	pthread_mutex_unlock(&lock);
}

static struct kept *
find(const char *token)
{
	unsigned char d[crypto_generichash_BYTES];
	int64_t now = xj_now();

	if (!token || strlen(token) != XJ_TOKEN_MAX - 1)
		return NULL;
	digest(token, d);
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		if (!is_over(&sessions[i], now) &&
		    sodium_memcmp(sessions[i].digest, d, sizeof(d)) == 0) {
			sessions[i].used = now;
			return &sessions[i];
		}
	return NULL;
}

void
xj_session_find(const char *token, struct xj_session *session)
{
	struct kept *k;

	pthread_mutex_lock(&lock);
	k = find(token);
	*session = k ? k->session : (struct xj_session){ .who = XJ_GUEST };
	pthread_mutex_unlock(&lock);
}

void
xj_session_end(const char *token)
{
	struct kept *k;

	pthread_mutex_lock(&lock);
	k = find(token);
	if (k)
		sodium_memzero(k, sizeof(*k));
	pthread_mutex_unlock(&lock);
}

/* ---------------------------------------------------------------- attempts */

#define ATTEMPTS_MAX 10
#define ATTEMPTS_SECONDS 900
#define ATTEMPTS_PLACES 4096

/* By a digest of the address or the login; two that share a place share their
 * count, which is too strict now and then, and never too lax. */
static struct { int64_t since; unsigned count; } attempts[ATTEMPTS_PLACES];

static size_t
place_of(const char *what)
{
	unsigned char d[crypto_generichash_BYTES];
	size_t n;

	digest(what, d);
	memcpy(&n, d, sizeof(n));
	return n % ATTEMPTS_PLACES;
}

static bool
too_many(const char *what, bool wrong)
{
	size_t i = place_of(what);
	int64_t now = xj_now();

	if (now - attempts[i].since > ATTEMPTS_SECONDS)
		attempts[i].count = 0;
	if (attempts[i].count == 0)
		attempts[i].since = now;
	attempts[i].count += wrong;
	return attempts[i].count >= ATTEMPTS_MAX;
}

bool
xj_attempt_may(const char *address, const char *login)
{
	bool may;

	pthread_mutex_lock(&lock);
	may = !too_many(address, false) && !too_many(login, false);
	pthread_mutex_unlock(&lock);
	return may;
}

bool
xj_attempt_counted(const char *what)
{
	bool may;

	pthread_mutex_lock(&lock);
	may = !too_many(what, true);
	pthread_mutex_unlock(&lock);
	return may;
}

void
xj_attempt_wrong(const char *address, const char *login)
{
	pthread_mutex_lock(&lock);
	too_many(address, true);
	too_many(login, true);
	pthread_mutex_unlock(&lock);
}
