import { encryptedKey, issueCertificate, makeAuthority, type KeyPair } from '../../certificates';

/** URI of the trust community, for the parameter `community`. */
export const COMMUNITY = 'https://community.example/udap';
/** By what the sandbox's own client goes in its certificate. */
export const CLIENT_URI = 'https://prairie.example/p2p';

/** What a client of the community gets. PEM, made anew at each start. */
export interface CommunityClient {
	/** Its own certificate, then the intermediate. */
	chain: string;
	key: string;
	/** The same key, encrypted. */
	encryptedKey: string;
	passphrase: string;
	/** The root of the community. */
	anchor: string;
	community: string;
}

/** A trust community: a root, an authority below it, and the certificates of one server and one client. */
export interface TrustCommunity {
	anchor: KeyPair;
	intermediate: KeyPair;
	server: KeyPair;
	client: CommunityClient;
}

/** Makes a community. @param serverUris the FHIR bases that the server signs for */
export async function makeCommunity(serverUris: string[]): Promise<TrustCommunity> {
	const anchor = await makeAuthority('Sandbox Community Root', 'rsa');
	const intermediate = await makeAuthority('Sandbox Community Authority', 'rsa', {
		issuer: anchor,
		pathLength: 0,
	});
	const own = async (name: string, uris: string[]) =>
		await issueCertificate(intermediate, name, { uris, keyType: 'rsa' });
	const [server, client] = [
		await own('Sandbox Payer', serverUris),
		await own('Prairie Health Plan', [CLIENT_URI]),
	];
	const passphrase = 'correct horse battery';
	return {
		anchor,
		intermediate,
		server,
		client: {
			chain: `${client.cert.trimEnd()}\n${intermediate.cert.trimEnd()}\n`,
			key: client.key,
			encryptedKey: encryptedKey(client.key, passphrase),
			passphrase,
			anchor: anchor.cert,
			community: COMMUNITY,
		},
	};
}
