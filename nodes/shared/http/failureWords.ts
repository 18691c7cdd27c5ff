import type { FailureCause } from './failures';
import type { PayerTls } from './tls';

/** Labels of the credential's fields for certificates. */
export const CERTIFICATE_LABELS = {
	use: 'Use Certificates',
	certificate: 'Client Certificate',
	key: "Client Certificate's Private Key",
	passphrase: "Client Certificate's Passphrase",
	roots: 'All Root Certificates of This Payer (FHIR Host and Token Endpoint)',
} as const;

/** Which request failed. */
export interface FailedRequest {
	/** Host that was asked: of the credential, or an allowed file host. */
	host: string;
	/** Label of the credential's field with its address. */
	addressField: string;
	/** The certificates that were used. */
	tls?: PayerTls;
}

/** What happened and what to do, in fixed sentences; undefined if the cause has none. */
export function failureWords(
	cause: FailureCause | undefined,
	request: FailedRequest,
): { what: string; whatToDo: string } | undefined {
	return cause && WORDS_BY_CAUSE[cause](request);
}

const { certificate: CLIENT, use: USE, roots: ROOTS } = CERTIFICATE_LABELS;

function whichCertificate(tls: PayerTls | undefined): string {
	return tls?.cert === undefined
		? `Ask the payer which one. Then turn on '${USE}' in the credential and paste the '${CLIENT}' with its key.`
		: `It did not take the '${CLIENT}' of the credential. Ask the payer which certificates it takes, and whether yours is registered.`;
}

const WORDS_BY_CAUSE: Record<
	FailureCause,
	(request: FailedRequest) => { what: string; whatToDo: string } | undefined
> = {
	untrusted: ({ host, tls }) => ({
		what: `The certificate of ${host} is not trusted`,
		whatToDo:
			tls?.ca === undefined
				? `It comes from an authority that n8n does not know. If the payer has its own, ask for its root certificates, turn on '${USE}' in the credential and paste them as '${ROOTS}'. If a proxy of your company opens connections, ask your n8n administrator to make n8n trust it (NODE_EXTRA_CA_CERTS).`
				: `The credential's '${ROOTS}' replaces n8n's own list, and does not hold the root that this host's certificate comes from. Add it, or empty the field if the payer uses a public authority.`,
	}),
	outOfDate: ({ host }) => ({
		what: `The certificate of ${host} has expired or is not valid yet`,
		whatToDo: 'Nothing was sent. Tell the payer, and check the clock of the computer that n8n runs on.',
	}),
	wrongName: ({ host, addressField }) => ({
		what: `The certificate of ${host} is made out to another name`,
		whatToDo: `Nothing was sent. Check the ${addressField} with the payer, letter by letter.`,
	}),
	certificateWanted: ({ host, tls }) => ({
		what: `${host} wants a client certificate`,
		whatToDo: whichCertificate(tls),
	}),
	// What a server of TLS 1.2 without a certificate does; also one that has no cipher in common with n8n.
	handshakeFailed: ({ host, tls }) => ({
		what: `${host} broke off the secure connection: most likely it wants a client certificate`,
		whatToDo: whichCertificate(tls),
	}),
	certificateRefused: ({ host, tls }) => ({
		what: `${host} refused the client certificate`,
		whatToDo:
			tls?.cert === undefined
				? `The credential has none. Turn on '${USE}' and paste the '${CLIENT}' that the payer knows.`
				: `Ask the payer whether the '${CLIENT}' of the credential is registered, and whether its intermediate certificates must be pasted with it.`,
	}),
	certificateTooWeak: () => ({
		what: 'A certificate of the credential is too weak for a secure connection',
		whatToDo: `Nothing was sent. Ask for a '${CLIENT}' with a longer key (RSA of 2048 bits or more) and SHA-256.`,
	}),
	certificatesIgnored: () => ({
		what: 'The certificates of the credential cannot be used in this n8n',
		whatToDo:
			'This n8n is older than 2.20 and leaves them out. Ask your n8n administrator for n8n 2.20 or newer.',
	}),
	noTls: ({ host, addressField }) => ({
		what: `${host} does not speak https at this port`,
		whatToDo: `Nothing was sent. Check the ${addressField}: the scheme and the port.`,
	}),
	nameNotFound: ({ host, addressField }) => ({
		what: `There is no address for the name ${host}`,
		whatToDo: `Nothing was sent. Check the ${addressField} for typing errors, and ask your n8n administrator whether n8n can look up names.`,
	}),
	refused: ({ host, addressField }) => ({
		what: `${host} refused the connection`,
		whatToDo: `Nothing was sent. Check the ${addressField} and its port; a firewall or a proxy may stand between it and n8n.`,
	}),
	unreachable: ({ host, addressField }) => ({
		what: `There is no way from n8n to ${host}`,
		whatToDo: `Nothing was sent. Check the ${addressField}, and ask your n8n administrator about the network and a VPN.`,
	}),
	timeout: () => undefined,
	handshakeBroken: () => undefined,
	proxyFailed: ({ host }) => ({
		what: `The proxy of n8n did not connect to ${host}`,
		whatToDo: 'Ask your n8n administrator to let n8n through to this host (HTTPS_PROXY, NO_PROXY).',
	}),
	domainRestriction: ({ host }) => ({
		what: `The credential may not be used for ${host}`,
		whatToDo: `Nothing was sent. Open the credential and add the host to 'Allowed Domains', or set 'Allowed HTTP Request Domains' to All.`,
	}),
	privateAddress: ({ host }) => ({
		what: `n8n is set up not to ask ${host}`,
		whatToDo:
			'Nothing was sent. It is inside a private network, or on a list of blocked hosts. Ask your n8n administrator to allow it (N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES).',
	}),
};

/** What to do where a connection broke without a word: some servers end it so for a client certificate that they do not take. */
export function brokenOffAdvice({ addressField, tls }: Omit<FailedRequest, 'host'>): string {
	const certificate =
		tls?.cert === undefined
			? ''
			: ` If it stays so, ask the payer whether it takes the '${CLIENT}' of the credential.`;
	return `Check the ${addressField} and whether n8n can reach it, then run again.${certificate}`;
}

/** For a proxy's own 407, which n8n hands on like an answer of the payer. */
export const PROXY_LOGIN = {
	what: 'The proxy between n8n and the payer wants a user name and password (HTTP 407)',
	whatToDo: 'Nothing reached the payer. Ask your n8n administrator to enter them in HTTPS_PROXY.',
} as const;
