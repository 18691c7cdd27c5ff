import {
	failureCause,
	isBeforeSending,
	isLasting,
	type FailureCause,
} from '../../../../nodes/shared/http/failures';
import { failureWords } from '../../../../nodes/shared/http/failureWords';
import { pauseBeforeRepeat, REPEAT } from '../../../../nodes/shared/http/repeat';

/** As Node 20 and OpenSSL 3 say it; those of servers that end the handshake by an alert were seen with `openssl s_server`. */
const ALERT = 'write EPROTO 802C:error:0A000418:SSL routines:ssl3_read_bytes:';
test.each<[code: string, message: string, cause: FailureCause | undefined]>([
	['EPROTO', `${ALERT}tlsv1 alert unknown ca:../record/rec_layer_s3.c:160`, 'certificateRefused'],
	['EPROTO', `${ALERT}sslv3 alert certificate expired:../record`, 'certificateRefused'],
	['EPROTO', `${ALERT}sslv3 alert handshake failure:../record`, 'handshakeFailed'],
	['EPROTO', `${ALERT}tlsv13 alert certificate required:../record`, 'certificateWanted'],
	['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', '', 'certificateRefused'],
	['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', '', 'certificateRefused'],
	['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', '', 'certificateWanted'],
	['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', '', 'handshakeFailed'],
	['ERR_SSL_EE_KEY_TOO_SMALL', '', 'certificateTooWeak'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'untrusted'],
	['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', '', 'untrusted'],
	['CERT_HAS_EXPIRED', '', 'outOfDate'],
	['ERR_TLS_CERT_ALTNAME_INVALID', '', 'wrongName'],
	['EAI_AGAIN', '', 'nameNotFound'],
	['EHOSTUNREACH', '', 'unreachable'],
	['ECONNABORTED', 'timeout of 60000ms exceeded', 'timeout'],
	['nothing came for 60 s', '', 'timeout'],
	['ECONNRESET', 'socket hang up', undefined],
	['no answer', '', undefined],
])('E8 %s %s is %s', (code, message, cause) => {
	expect(failureCause([code], [message])).toBe(cause);
});

const CAUSES: FailureCause[] = [
	...([
		'untrusted',
		'outOfDate',
		'wrongName',
		'certificateWanted',
		'handshakeFailed',
		'certificateRefused',
	] as const),
	...([
		'certificateTooWeak',
		'certificatesIgnored',
		'noTls',
		'nameNotFound',
		'refused',
		'unreachable',
	] as const),
	...(['proxyFailed', 'domainRestriction', 'privateAddress'] as const),
];
test.each(CAUSES)(
	'E8 %s has its words, with and without certificates, and no code that n8n would replace',
	(cause) => {
		for (const tls of [undefined, { cert: 'CERT', key: 'KEY', passphrase: 'WORD', ca: 'ROOT' }]) {
			const { what, whatToDo } = failureWords(cause, {
				host: 'payer.example',
				addressField: 'Token URL',
				tls,
			})!;
			expect(what).not.toMatch(/[A-Z]{5}|\.$/);
			expect(whatToDo).toMatch(/\.$/);
			expect(what + whatToDo).not.toMatch(/CERT\b|KEY|WORD|ROOT\b|ECONN|ENOTFOUND/);
		}
	},
);

test.each<[FailureCause | undefined, boolean]>([
	['untrusted', false],
	['certificateWanted', false],
	['privateAddress', false],
	['nameNotFound', true],
	['refused', true],
	['timeout', true],
	[undefined, true],
])('E8 after %s, a request is repeated: %s', (cause, repeats) => {
	const answer = { code: 'x', cause, certainlyNotSent: isBeforeSending(cause) };
	expect(pauseBeforeRepeat(answer, REPEAT.read, 1, 60_000) !== undefined).toBe(repeats);
	expect(isLasting(cause)).toBe(!repeats);
});
