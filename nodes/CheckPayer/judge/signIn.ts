import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../shared/fhir/json';
import type { ExchangeError } from '../../shared/n8n/exchangeError';
import { grantSentence, type ReducedGrant } from '../../shared/signIn/grantedScope';
import type { Answers } from '../answers';
import { LateError, type Asked } from '../ask/ask';
import type { SignInMethod, SmartFacts } from '../read/discovery';
import type { CheckLine } from './lines';
import { saying } from './reach';

/**
 * Whether the payer lets us in: the token, its scope, and where it is asked for.
 * @param isNoFhirServer whether the address seems to be none of a FHIR server: then it is no matter that it does not say where to sign in
 */
export function signInLines(
	{ smartConfiguration, signedIn }: Answers,
	smart: SmartFacts,
	credentials: ICredentialDataDecryptedObject,
	grant: ReducedGrant | undefined,
	isNoFhirServer: boolean,
): CheckLine[] {
	if (signedIn === undefined) return [];
	if (
		isNoFhirServer &&
		!smart.isThere &&
		textOf(credentials.tokenUrl) === undefined &&
		isWithoutToken(signedIn)
	) {
		return [{ check: 'signIn', state: 'blocks', says: 'So it could not be found out where to sign in' }];
	}
	const refusal = signedIn instanceof Error && isAboutSignIn(signedIn) ? signedIn : undefined;
	const isLate = refusal instanceof LateError;
	const lines: CheckLine[] = [
		refusal
			? {
					check: 'signIn',
					state: 'blocks',
					...saying(refusal),
					...(isLate && { says: 'Signing in was not done in time' }),
				}
			: { check: 'signIn', state: 'works', says: 'It gives a token to this credential' },
	];
	if (refusal && smart.methods) lines.push(...methodLine(smart.methods, credentials));
	const reduced = grantSentence(grant);
	if (reduced !== undefined) {
		const whatToDo = 'Ask the payer which scopes your client may have.';
		lines.push({ check: 'scope', state: 'limits', says: reduced, whatToDo });
	}
	if (smartConfiguration !== undefined) lines.push(discoveryLine(smart, credentials));
	return lines;
}

function isWithoutToken(asked: Asked): boolean {
	return asked instanceof Error && asked.details.noToken === true;
}

/** Other errors are about the answer: they are told with the capability statement. */
function isAboutSignIn({ details }: ExchangeError): boolean {
	const isAnswered = details.httpStatus !== undefined && details.httpStatus !== 401;
	return details.noToken === true || !isAnswered;
}

function discoveryLine(smart: SmartFacts, { tokenUrl }: ICredentialDataDecryptedObject): CheckLine {
	const isEntered = textOf(tokenUrl) !== undefined;
	const check = 'discovery';
	if (!smart.isThere) {
		return {
			check,
			state: 'note',
			says: `It has no SMART configuration${isEntered ? '; the Token URL of the credential is asked' : ''}`,
		};
	}
	if (smart.tokenEndpoint === 'own host')
		return { check, state: 'works', says: 'It states where tokens are given' };
	const where =
		smart.tokenEndpoint === 'none'
			? 'Its SMART configuration names no token endpoint'
			: `Its SMART configuration names a token endpoint on another host${smart.tokenHost ? ` (${smart.tokenHost})` : ''}`;
	return {
		check,
		state: 'note',
		says: isEntered ? `${where}; the Token URL of the credential is asked` : where,
	};
}

const WORDS: Record<SignInMethod, string> = {
	private_key_jwt: 'a signed key',
	client_secret_basic: 'ID and secret as Basic Auth header',
	client_secret_post: 'ID and secret in the body',
	tls_client_auth: 'a client certificate',
	self_signed_tls_client_auth: 'a client certificate of its own',
};

function methodLine(
	methods: readonly SignInMethod[],
	credentials: ICredentialDataDecryptedObject,
): CheckLine[] {
	const own = methodOf(credentials);
	if (methods.includes(own)) return [];
	return [
		{
			check: 'signIn',
			state: 'note',
			says: `It states that clients sign in by ${methods.map((each) => WORDS[each]).join(', or ')}; this credential does so by ${WORDS[own]}`,
			whatToDo:
				"Choose the way that the payer takes: 'Authentication' of this node, and 'Client Authentication' of the credential.",
		},
	];
}

function methodOf({ privateKey, clientAuthentication }: ICredentialDataDecryptedObject): SignInMethod {
	if (textOf(privateKey) !== undefined) return 'private_key_jwt';
	if (clientAuthentication === 'certificate') return 'tls_client_auth';
	return clientAuthentication === 'body' ? 'client_secret_post' : 'client_secret_basic';
}
