import { encryptedKey, issueCertificate, makeAuthority, type KeyPair } from '../certificates';

/** The certificates of payers that want one of their client, as the client gets them. PEM, made anew at each start. */
export interface ClientCertificates extends KeyPair {
	/** The payer's root. */
	ca: string;
	/** The same key, encrypted. */
	encryptedKey: string;
	passphrase: string;
}

/** Certificates of server and client, signed by a root of the sandbox. */
export async function makeMutualTls(
	clientId: string,
): Promise<{ client: ClientCertificates; server: KeyPair & { ca: string } }> {
	const authority = await makeAuthority('Sandbox Payer Root');
	const client = await issueCertificate(authority, clientId);
	const server = await issueCertificate(authority, 'localhost', { usage: 'serverAuth' });
	const passphrase = 'correct horse battery';
	return {
		client: { ...client, ca: authority.cert, encryptedKey: encryptedKey(client.key, passphrase), passphrase },
		server: { ...server, ca: authority.cert },
	};
}
