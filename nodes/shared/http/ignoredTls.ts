import type { OpenReply } from './n8nAnswer';
import type { NoAnswer } from './reply';
import type { RequestTls } from './tls';

/** Causes for which n8n does not come as far as the certificates, or where they play no part. */
const BEFORE_CERTIFICATES = ['nameNotFound', 'refused', 'unreachable', 'domainRestriction', 'privateAddress'];

/**
 * The reason to give in place of an answer to a request whose certificates n8n ignored; undefined if it did not. The answer is not read: it was
 * given to somebody without a certificate.
 */
export function ignoredAnswer({ isIgnored }: RequestTls, opened: OpenReply | NoAnswer): NoAnswer | undefined {
	if (!isIgnored()) return undefined;
	if ('status' in opened) opened.body.destroy();
	else if (opened.cause !== undefined && BEFORE_CERTIFICATES.includes(opened.cause)) return undefined;
	return { code: 'certificates not used', cause: 'certificatesIgnored', certainlyNotSent: false };
}
