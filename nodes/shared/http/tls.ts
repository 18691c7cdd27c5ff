import type { IHttpRequestOptions } from 'n8n-workflow';

/** Client certificate and trusted roots of a credential, as PEM texts that have been checked. */
export interface PayerTls {
	/** The client's certificate, then its intermediates. */
	cert?: string;
	key?: string;
	/** Set if the key is encrypted. */
	passphrase?: string;
	/** Replaces Node's list of roots, `NODE_EXTRA_CA_CERTS` included. */
	ca?: string;
}

/** The TLS options of one request. */
export interface RequestTls {
	options: Pick<IHttpRequestOptions, 'agentOptions'>;
	/** Whether n8n has left them out of a request that it sent: n8n older than 2.20 does so without a word. */
	isIgnored(): boolean;
}

/** TLS options for one request. n8n copies them into the agent of the connection, so whether they were read tells whether they are used. */
export function requestTls(tls: PayerTls | undefined): RequestTls {
	const { cert, key, passphrase, ca } = tls ?? {};
	if (cert === undefined && ca === undefined) return { options: {}, isIgnored: () => false };
	let isRead = false;
	const noted = (value: string): PropertyDescriptor => ({
		enumerable: true,
		get: () => {
			isRead = true;
			return value;
		},
	});
	const agentOptions = Object.defineProperties(
		{ ...(key !== undefined && { key }), ...(passphrase !== undefined && { passphrase }) },
		{ ...(cert !== undefined && { cert: noted(cert) }), ...(ca !== undefined && { ca: noted(ca) }) },
	);
	return { options: { agentOptions }, isIgnored: () => !isRead };
}
