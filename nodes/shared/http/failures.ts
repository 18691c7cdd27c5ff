/** Why a request got no answer, as far as it can be known. */
export type FailureCause =
	| 'untrusted'
	| 'outOfDate'
	| 'wrongName'
	| 'certificateWanted'
	| 'handshakeFailed'
	| 'certificateRefused'
	| 'certificateTooWeak'
	| 'certificatesIgnored'
	| 'noTls'
	| 'handshakeBroken'
	| 'nameNotFound'
	| 'refused'
	| 'unreachable'
	| 'timeout'
	| 'proxyFailed'
	| 'domainRestriction'
	| 'privateAddress';

/** Codes of Node.js and OpenSSL (deps/openssl, `x509_txt.c`; TLS alerts of RFC 8446 section 6.2). */
const CODES: ReadonlyArray<[cause: FailureCause, codes: RegExp]> = [
	[
		'untrusted',
		/^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET|DECRYPT|DECODE)_\w+|CERT_(?:UNTRUSTED|REJECTED|REVOKED|SIGNATURE_FAILURE|CHAIN_TOO_LONG)|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED)$/,
	],
	['outOfDate', /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/],
	['wrongName', /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/],
	['certificateWanted', /^ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED$/],
	['handshakeFailed', /^ERR_SSL_(?:SSLV3|TLSV1)_ALERT_HANDSHAKE_FAILURE$/],
	[
		'certificateRefused',
		/^ERR_SSL_(?:TLSV1|SSLV3)_ALERT_(?:UNKNOWN_CA|ACCESS_DENIED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(?:REVOKED|EXPIRED|UNKNOWN))$/,
	],
	['certificateTooWeak', /^ERR_SSL_(?:EE_KEY_TOO_SMALL|CA_KEY_TOO_SMALL|CA_MD_TOO_WEAK)$/],
	['noTls', /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/],
	['nameNotFound', /^(?:ENOTFOUND|EAI_AGAIN|EAI_NODATA|EAI_NONAME|ENODATA)$/],
	['refused', /^ECONNREFUSED$/],
	['unreachable', /^E(?:HOST|NET)(?:UNREACH|DOWN)$/],
	// The last two are of `watchedBody.ts`.
	[
		'timeout',
		/^(?:ETIMEDOUT|ESOCKETTIMEDOUT|ECONNABORTED|UND_ERR_\w*TIMEOUT|nothing came for .*|not done within .*)$/,
	],
];

/** Words of OpenSSL and of n8n, where there is no code of its own. */
const WORDS: ReadonlyArray<[cause: FailureCause, words: RegExp]> = [
	['certificateWanted', /alert certificate required|alert number 116\b/i],
	['handshakeFailed', /alert handshake failure|alert number 40\b/i],
	[
		'certificateRefused',
		/alert (?:unknown ca|access denied|bad certificate|unsupported certificate|certificate )|alert number (?:4[2-9])\b/i,
	],
	['noTls', /wrong version number|packet length too long/i],
	// Node.js, `_tls_wrap.js`: the connection closed within the handshake. And the alert of a server that has no certificate yet.
	[
		'handshakeBroken',
		/^Client network socket disconnected before secure TLS|unrecognized name|alert number 112\b/i,
	],
	// n8n-workflow's credential-domain-restrictions.js, and the checks of @n8n/backend-network.
	[
		'domainRestriction',
		/^(?:Domain not allowed: This credential|This credential restricts requests|No allowed domains specified)/,
	],
	[
		'privateAddress',
		/^The request was blocked because (?:it resolves to a restricted IP|the destination hostname is restricted)/,
	],
	['proxyFailed', /^Proxy connection ended|proxy .*(?:CONNECT|authentication)/i],
];
const MAX_READ_CHARS = 2000;

/** The cause by an error's codes and messages. */
export function failureCause(
	codes: readonly string[],
	messages: readonly string[],
): FailureCause | undefined {
	const byCode = CODES.find(([, pattern]) => codes.some((code) => pattern.test(code)));
	if (byCode) return byCode[0];
	const texts = messages.map((message) => message.slice(0, MAX_READ_CHARS));
	return WORDS.find(([, pattern]) => texts.some((text) => pattern.test(text)))?.[0];
}

/** Causes before a connection stands: the request did not leave n8n. */
const BEFORE_SENDING: readonly FailureCause[] = [
	'untrusted',
	'outOfDate',
	'wrongName',
	'certificateTooWeak',
	'noTls',
	'handshakeBroken',
	'nameNotFound',
	'refused',
	'unreachable',
	'domainRestriction',
	'privateAddress',
];
/**
 * Lasting ones that a gateway shows for a while when it restarts: it has the certificate of another, none at all, or does not know those of
 * its clients yet.
 */
const WHILE_RESTARTING: readonly FailureCause[] = [
	'untrusted',
	'outOfDate',
	'wrongName',
	'certificateWanted',
	'handshakeFailed',
	'certificateRefused',
	'noTls',
];
/** Causes that somebody has to remove: asking again brings the same. */
const LASTING: readonly FailureCause[] = [
	'untrusted',
	'outOfDate',
	'wrongName',
	'certificateWanted',
	'handshakeFailed',
	'certificateRefused',
	'certificateTooWeak',
	'certificatesIgnored',
	'noTls',
	'domainRestriction',
	'privateAddress',
];

export function isBeforeSending(cause: FailureCause | undefined): boolean {
	return cause !== undefined && BEFORE_SENDING.includes(cause);
}

/** Whether asking again would bring the same. */
export function isLasting(cause: FailureCause | undefined): boolean {
	return cause !== undefined && LASTING.includes(cause);
}

/** Whether a host that answered lately may give this answer while it restarts. */
export function mayBeRestart(cause: FailureCause | undefined): boolean {
	return cause !== undefined && WHILE_RESTARTING.includes(cause);
}
