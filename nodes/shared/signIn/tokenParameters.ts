import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../fhir/json';
import { AccessTokenError } from '../http/errors';
import { SIGN_IN_LABELS } from './signInFields';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from './signingKey';

/** What a token request has of its own: the grant, the client, its authentication, and what has a field in the credential. */
const RESERVED = [
	'grant_type',
	'scope',
	'client_id',
	'client_secret',
	'client_assertion',
	'client_assertion_type',
	'audience',
	'resource',
	'assertion',
	'code',
	'refresh_token',
	'username',
	'password',
];
const NAME = /^[\w.~-]{1,100}$/;
const MAX_PARAMETERS = 50;

/**
 * The parameters that a credential adds to each token request.
 * @throws AccessTokenError that names the field
 */
export function addedParameters(credentials: ICredentialDataDecryptedObject): Record<string, string> {
	if (credentials.customSignIn !== true) return {};
	const audience = textOf(credentials.audience);
	const resource = textOf(credentials.resource);
	return {
		...ownParameters(textOf(credentials.additionalParameters) ?? ''),
		...(audience && { audience }),
		...(resource && { resource }),
	};
}

function ownParameters(text: string): Record<string, string> {
	const lines = text
		.split(/\r?\n/)
		.map((line) => line.trim())
		.filter(Boolean);
	if (lines.length > MAX_PARAMETERS) throw parametersError(`have more than ${MAX_PARAMETERS} lines.`);
	const parameters = lines.map((line): [name: string, value: string] => {
		const at = line.indexOf('=');
		const name = line.slice(0, Math.max(at, 0)).trim();
		if (!NAME.test(name)) throw parametersError('must have one name=value in each line.');
		if (RESERVED.includes(name.toLowerCase())) {
			throw parametersError(
				`must not have ${name}, which is part of every token request or has its own field.`,
			);
		}
		return [name, line.slice(at + 1).trim()];
	});
	const names = parameters.map(([name]) => name);
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	if (twice !== undefined) throw parametersError(`have ${twice} twice.`);
	return Object.fromEntries(parameters);
}

/** The algorithm that a credential sets; undefined if the payer's statement decides. @throws AccessTokenError for an unknown one */
export function signingAlgorithm({
	customSignIn,
	signingAlgorithm: entered,
}: ICredentialDataDecryptedObject): SigningAlgorithm | undefined {
	const text = customSignIn === true ? textOf(entered) : undefined;
	if (text === undefined || text === 'auto') return undefined;
	const known = SIGNING_ALGORITHMS.find((each) => each === text);
	if (known !== undefined) return known;
	throw new AccessTokenError(
		`The ${SIGN_IN_LABELS.algorithm} must be one of: auto, ${SIGNING_ALGORITHMS.join(', ')}.`,
	);
}

function parametersError(problem: string): AccessTokenError {
	return new AccessTokenError(`The ${SIGN_IN_LABELS.parameters} ${problem}`);
}
