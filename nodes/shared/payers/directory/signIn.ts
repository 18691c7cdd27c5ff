import type { ICredentialDataDecryptedObject, IHttpRequestHelper } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import { AccessTokenError } from '../../http/errors';
import { PayerAddresses } from '../../http/payerAddresses';
import { requestTls } from '../../http/tls';
import { createSignIn, guarded, usableTls, type SignIn, type SignInScheme } from '../../signIn/signIn';
import { PAYER_KINDS } from '../index';
import type { DirectorySupport } from './support';
import { isUsable, readDirectory, rowLabel, type Directory, type DirectoryPayer } from './directory';
import { TEST_WITH_LABEL } from './fields';
import { nameKey } from './nameKey';

/**
 * The sign-in of the credential Payer Directory. A node hands over the fields of one payer for each request; n8n gives them to the two
 * functions below, in place of what is stored. Only the Test, and nodes of others, give what is stored: then it is the payer of Test With.
 */

/** The field that only the fields of one payer have: which credential type they are of, and the payer's key. */
const SIGNS_IN_AS = 'signsInAs';
const PAYER_KEY = 'directoryKey';
/** The addresses of the other payers on its host, at which nothing of this one may be sent. They are no secret. */
const NEIGHBOURS = 'neighbours';

/** The fields for one request to a payer: an object of its own, which the sign-in changes. */
export function credentialsOfRequest(
	{ row, signIn, credentials }: DirectoryPayer,
	neighbours: readonly string[] = [],
): ICredentialDataDecryptedObject {
	return {
		...credentials,
		[PAYER_KEY]: row.key,
		[SIGNS_IN_AS]: signIn.credentialType,
		...(neighbours.length > 0 && { [NEIGHBOURS]: [...neighbours] }),
		accessToken: '',
	};
}

/** The address that stands for that of the payer in the request of the Test. */
export const TEST_URL = 'https://payer-directory.invalid/test';

/** @returns the functions that n8n calls */
export function createDirectorySignIn(): SignIn {
	const signIn = createSignIn(schemeOf);
	return {
		async preAuthentication(this: IHttpRequestHelper, credentials) {
			if (credentials[SIGNS_IN_AS] === undefined) {
				const payer = payerOfTest(credentials);
				// n8n gives this object to `authenticate`, and stores nothing of it.
				for (const name of Object.keys(credentials)) delete credentials[name];
				Object.assign(credentials, credentialsOfRequest(payer));
			}
			return await signIn.preAuthentication.call(this, credentials);
		},
		async authenticate(credentials, requestOptions) {
			if (requestOptions.url !== TEST_URL) return await signIn.authenticate(credentials, requestOptions);
			const { withoutToken, ...request } = supportOf(credentials).directory.testRequest(credentials);
			if (!withoutToken) return await signIn.authenticate(credentials, { ...requestOptions, ...request });
			const { options } = requestTls(usableTls(credentials));
			return guarded({ ...requestOptions, ...options, ...request });
		},
	};
}

/** How the payer of a request is signed in at. @throws AccessTokenError for fields that are of none */
function supportOf(credentials: ICredentialDataDecryptedObject): {
	directory: DirectorySupport;
	scheme: SignInScheme;
} {
	for (const { directory } of PAYER_KINDS) {
		const signIn = directory?.signIns.find((each) => each.credentialType === credentials[SIGNS_IN_AS]);
		if (directory && signIn) return { directory, scheme: signIn.scheme };
	}
	throw new AccessTokenError('The Payer Directory was not asked for a payer.');
}

/** A token is that of one payer, whatever else two rows have in common. */
function schemeOf(credentials: ICredentialDataDecryptedObject): SignInScheme {
	const { scheme } = supportOf(credentials);
	return {
		...scheme,
		fields: [PAYER_KEY, SIGNS_IN_AS, ...scheme.fields],
		async tokenRequest(...given) {
			const request = await scheme.tokenRequest(...given);
			throwIfNeighbour(credentials, request.url);
			return request;
		},
	};
}

/**
 * On a host that several payers share, the token endpoint that a payer names itself is not below the address of another: the client's secret
 * or signature would go there. One that stands in the table was put there by a person.
 * @throws AccessTokenError
 */
function throwIfNeighbour(credentials: ICredentialDataDecryptedObject, url: string): void {
	const neighbours = credentials[NEIGHBOURS];
	const own = textOf(credentials.fhirBaseUrl);
	if (!Array.isArray(neighbours) || own === undefined || textOf(credentials.tokenUrl) !== undefined) return;
	const addresses = new PayerAddresses([own, ...neighbours.flatMap((each) => textOf(each) ?? [])]);
	if (!addresses.isOfAnother(own, url)) return;
	throw new AccessTokenError(
		"The payer names a token endpoint at the address of another payer of the directory. Check with the payer that it is theirs, then enter it as 'tokenUrl' of its row.",
	);
}

/** Most rows that the Test names. */
const MAX_NAMED = 5;

/** The payer at which the Test signs in, if all of the table is good. @throws AccessTokenError that names what is not */
function payerOfTest(credentials: ICredentialDataDecryptedObject): DirectoryPayer {
	const directory = readDirectory(credentials);
	if ('problem' in directory) throw new AccessTokenError(`${directory.problem}. Nothing was sent.`);
	const findings = findingsOf(directory);
	if (findings.length > 0) {
		const named = findings.slice(0, MAX_NAMED).join('; ');
		const more = findings.length > MAX_NAMED ? `; and ${findings.length - MAX_NAMED} more` : '';
		throw new AccessTokenError(`The directory was not tried, because of its text: ${named}${more}.`);
	}
	const wanted = textOf(credentials.testWith);
	const payers = directory.entries.filter(isUsable);
	const found =
		wanted === undefined ? payers[0] : payers.find(({ row }) => nameKey(row.key) === nameKey(wanted));
	if (!found) throw new AccessTokenError(`'${TEST_WITH_LABEL}' must be the key of a payer in the table.`);
	return found;
}

/** What is wrong with the directory, one text for each row and each secret without one. */
export function findingsOf({ entries, problems }: Directory): string[] {
	const ofRows = entries.flatMap((entry) =>
		isUsable(entry) ? [] : [`${rowLabel(entry.row)}: ${entry.problems.join(', ')}`],
	);
	return [...ofRows, ...problems];
}
