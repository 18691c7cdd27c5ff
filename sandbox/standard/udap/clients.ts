import { randomUUID } from 'node:crypto';
import { BoundedMap } from '../../boundedMap';
import { CLIENT_ID } from '../tokens';
import { CLIENT_URI } from './community';
import type { UdapJudge } from './signedJwt';

/** Answer of an endpoint. */
export interface UdapAnswer {
	status: number;
	body: object;
}

function refuse(error: string, complaints: string[], status = 400): UdapAnswer {
	return { status, body: { error, error_description: `Wanted: ${complaints.join('; ')}.` } };
}

interface Client {
	clientId: string;
	scope: string;
}

/** The clients that have registered, by the URI in their certificates, and what they may ask for. */
export class UdapClients {
	private readonly byUri = new BoundedMap<string, Client>();

	constructor(private readonly judge: UdapJudge) {
		this.reset(true);
	}

	/** @param isKnown whether the sandbox's own client has registered before */
	reset(isKnown: boolean): void {
		this.byUri.clear();
		if (isKnown) this.byUri.set(CLIENT_URI, { clientId: CLIENT_ID, scope: 'system/*.rs' });
	}

	/** A registration (section 3). @param keepsId whether a change leaves the client its ID */
	async register(body: unknown, endpoint: string, keepsId: boolean): Promise<UdapAnswer> {
		const sent = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
		const { claims, uris, complaints } = await this.judge.judge(sent.software_statement, endpoint);
		const uri = String(claims.iss);
		const statement = [
			...complaints,
			...(uris.includes(uri) ? [] : ['iss is a URI of the certificate']),
			...(sent.udap === '1' ? [] : ['udap is "1"']),
		];
		if (statement.length > 0) return refuse('invalid_software_statement', statement);
		const metadata = metadataComplaints(claims);
		if (metadata.length > 0) return refuse('invalid_client_metadata', metadata);
		const before = this.byUri.get(uri);
		const isCancelled = (claims.grant_types as unknown[]).length === 0;
		if (isCancelled && !before) return refuse('invalid_client_metadata', ['a client that has registered']);
		const clientId = before && (keepsId || isCancelled) ? before.clientId : `udap-${randomUUID()}`;
		if (isCancelled) this.byUri.delete(uri);
		else this.byUri.set(uri, { clientId, scope: String(claims.scope) });
		const { client_name, contacts, grant_types, token_endpoint_auth_method, scope } = claims;
		const registered = { client_name, contacts, grant_types, token_endpoint_auth_method, scope };
		return {
			status: before?.clientId === clientId ? 200 : 201,
			body: { client_id: clientId, software_statement: sent.software_statement, ...registered },
		};
	}

	/** What is wrong with a token request (section 5.2); none: it is good. */
	async tokenComplaints(
		form: URLSearchParams,
		authorization: string | undefined,
		endpoint: string,
	): Promise<UdapAnswer | undefined> {
		const request: Array<[says: string, holds: boolean]> = [
			['grant_type is client_credentials', form.get('grant_type') === 'client_credentials'],
			['udap is 1', form.get('udap') === '1'],
			['no Authorization header', authorization === undefined],
			['no secret', !form.has('client_secret')],
			['client_assertion_type', form.get('client_assertion_type') === ASSERTION_TYPE],
			['a scope', (form.get('scope') ?? '') !== ''],
		];
		const broken = request.filter(([, holds]) => !holds).map(([says]) => says);
		if (broken.length > 0) return refuse('invalid_request', broken);
		const { claims, uris, complaints } = await this.judge.judge(form.get('client_assertion'), endpoint);
		const isKnown = uris.some((uri) => this.byUri.get(uri)?.clientId === claims.iss);
		const client = [...complaints, ...(isKnown ? [] : ['iss is the ID of a client that has registered'])];
		if (client.length > 0) return refuse('invalid_client', client, 401);
		const b2b = b2bComplaints(claims.extensions);
		return b2b.length > 0 ? refuse('invalid_request', b2b) : undefined;
	}
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

function metadataComplaints(claims: Record<string, unknown>): string[] {
	const { grant_types: grants, contacts, client_name: name, scope } = claims;
	const isGrant = Array.isArray(grants) && grants.every((each) => each === 'client_credentials');
	const mails = Array.isArray(contacts)
		? contacts.filter((each) => /^mailto:\S+@\S+$/.test(String(each)))
		: [];
	const rules: Array<[says: string, holds: boolean]> = [
		['grant_types is client_credentials and no more', isGrant],
		['no redirect_uris', claims.redirect_uris === undefined],
		['no response_types', claims.response_types === undefined],
		['client_name', typeof name === 'string' && name !== ''],
		['a mailto: among the contacts', mails.length > 0],
		[
			'token_endpoint_auth_method is private_key_jwt',
			claims.token_endpoint_auth_method === 'private_key_jwt',
		],
		['a scope', typeof scope === 'string' && scope !== ''],
	];
	return rules.filter(([, holds]) => !holds).map(([says]) => says);
}

function b2bComplaints(extensions: unknown): string[] {
	const all = typeof extensions === 'object' && extensions !== null ? extensions : {};
	const b2b = 'hl7-b2b' in all ? all['hl7-b2b'] : undefined;
	if (typeof b2b !== 'object' || b2b === null) return ['the extension hl7-b2b'];
	const { version, organization_id: id, purpose_of_use: purposes } = b2b as Record<string, unknown>;
	const isListed = Array.isArray(purposes) && purposes.length > 0 && purposes.every((each) => each !== '');
	const rules: Array<[says: string, holds: boolean]> = [
		['hl7-b2b: version "1"', version === '1'],
		['hl7-b2b: organization_id, a URI', typeof id === 'string' && URL.canParse(id)],
		['hl7-b2b: purpose_of_use, a list', isListed],
	];
	return rules.filter(([, holds]) => !holds).map(([says]) => says);
}
