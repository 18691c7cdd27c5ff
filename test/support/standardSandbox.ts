/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { spawn } from 'node:child_process';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import axios from 'axios';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Dialect } from '../../sandbox/standard/dialects';
import type { LoggedRequest } from '../../sandbox/requestLog';
import type { ClientCertificates } from '../../sandbox/standard/mutualTls';
import type { StandardSettings } from '../../sandbox/standard/settings';
import type { ClientKeys } from '../../sandbox/standard/tokens';
import type { CommunityClient } from '../../sandbox/standard/udap/community';
import type { Violation } from '../../sandbox/standard/violations';
import type { CredentialName } from './engine';

/** Running payers that follow the standards, in a process of their own, on a free port. */
export interface StandardPayers {
	fhirBases: Record<Dialect, string>;
	clientId: string;
	clientSecret: string;
	keys: ClientKeys;
	/** Where they are started with `--mtls`. */
	certificates?: ClientCertificates;
	/** Where they are started with `--udap`. */
	udap?: CommunityClient;
	/** Where files are that need no token, by the setting `fileAccess`. */
	openUrl: string;
	violations(): Promise<Violation[]>;
	/** Requests since the last `reset`, those for tokens among them. */
	requests(): Promise<LoggedRequest[]>;
	/** Settings as they were at the start but for these, no requests seen, no violations. */
	reset(settings?: Partial<StandardSettings>): Promise<void>;
	revokeTokens(): Promise<void>;
	/** Forgets who has registered by UDAP. @param isKnown whether the sandbox's own client has */
	resetUdap(isKnown: boolean): Promise<void>;
	/** Changes settings; they stay until the next reset. */
	set(settings: Partial<StandardSettings>): Promise<void>;
	stop(): Promise<void>;
}

const ROOT = join(__dirname, '..', '..');

/** Starts them as a person would and waits for the ready line. */
export async function startStandardPayers(...flags: string[]): Promise<StandardPayers> {
	const child = spawn(
		process.execPath,
		['--import', 'tsx', 'sandbox/standard/cli.ts', '--json', '--port', '0', ...flags],
		{ cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
	);
	const ready = await new Promise<Omit<StandardPayers, 'stop'> & { url: string }>((resolve, reject) => {
		createInterface(child.stdout).on('line', (line) => resolve(JSON.parse(line) as never));
		child.once('exit', (code) => reject(new Error(`The payers ended with code ${code}`)));
	});
	const { certificates } = ready;
	const httpsAgent = certificates && new Agent({ ...certificates, passphrase: undefined });
	const http = axios.create({ baseURL: ready.url, httpsAgent });
	const atStart = (await http.get<StandardSettings>('/sandbox/settings')).data;
	const set = async (settings: Partial<StandardSettings>) =>
		void (await http.put('/sandbox/settings', settings));
	return {
		...ready,
		violations: async () => (await http.get<Violation[]>('/sandbox/violations')).data,
		requests: async () => (await http.get<LoggedRequest[]>('/sandbox/requests')).data,
		revokeTokens: async () => void (await http.post('/sandbox/tokens/revoke')),
		resetUdap: async (isKnown) => void (await http.put('/sandbox/udap/client', { isKnown })),
		set,
		reset: async (settings = {}) => {
			await set({ ...atStart, ...settings });
			await http.delete('/sandbox/requests');
		},
		stop: async () => {
			const ended = new Promise((resolve) => child.once('exit', resolve));
			child.kill('SIGTERM');
			await ended;
		},
	};
}

/** Ways to sign in at a payer that follows the standards. */
export type SignInWay =
	| 'certificate'
	| 'udap'
	| 'RS384 as JWK'
	| 'RS384 as PEM'
	| 'ES384 as JWK'
	| 'ES384 as PEM'
	| 'basic'
	| 'body';

/** A credential as a new user fills it in. */
export function standardCredential(
	payers: StandardPayers,
	dialect: Dialect,
	way: SignInWay,
	changes: ICredentialDataDecryptedObject = {},
): { credentialType: CredentialName; credential: ICredentialDataDecryptedObject } {
	const common = {
		fhirBaseUrl: `${payers.fhirBases[dialect]}/`,
		clientId: payers.clientId,
		scope: 'system/*.rs',
		tokenUrl: '',
		requestingName: 'Prairie Health Plan',
		requestingNpi: '1234567893',
		respondingName: 'Bison Health Plan',
		customRequests: false,
		accessToken: '',
		...(payers.certificates && {
			useCertificates: true,
			clientCertificate: payers.certificates.cert,
			clientCertificateKey: payers.certificates.key,
			rootCertificates: payers.certificates.ca,
		}),
	};
	if (way === 'basic' || way === 'body' || way === 'certificate') {
		const clientSecret = way === 'certificate' ? '' : payers.clientSecret;
		const secret = { clientSecret, clientAuthentication: way };
		return { credentialType: 'fhirPayerOAuth2Api', credential: { ...common, ...secret, ...changes } };
	}
	if (way === 'udap') {
		const form = udapForm(payers, dialect);
		return { credentialType: 'udapPayerApi', credential: { ...common, ...form, ...changes } };
	}
	const alg = way.slice(0, 5) as keyof ClientKeys;
	const { jwk, pem } = payers.keys[alg];
	// A form field of one line takes the line ends out of a PEM.
	const key = way.endsWith('JWK')
		? { privateKey: JSON.stringify(jwk), keyId: '' }
		: { privateKey: pem.replace(/\n/g, ' '), keyId: alg };
	return { credentialType: 'smartBackendServicesApi', credential: { ...common, ...key, ...changes } };
}

/** What the form of UDAP has beside the common fields. */
function udapForm({ udap, fhirBases }: StandardPayers, dialect: Dialect): ICredentialDataDecryptedObject {
	if (!udap) throw new Error('The payers were not started with --udap');
	return {
		fhirBaseUrl: fhirBases[dialect],
		certificateChain: udap.chain,
		privateKey: udap.key,
		trustAnchors: udap.anchor,
		organizationId: 'https://prairie.example/org',
		contacts: 'p2p@prairie.example',
	};
}
