import { bodyKind } from '../../shared/http/reply';
import type { OpenConnection } from '../../shared/payers/connection';
import type { Answers } from '../answers';
import type { Asked } from '../ask/ask';
import type { CheckLine } from './lines';
import { saying } from './reach';

/**
 * Why there is no statement.
 * @param connection what is said of the payer: whether it must have one, and whether Start Export reads it
 */
export function noStatementLine(
	answers: Answers,
	{
		addressField,
		probes,
		capabilitiesRequest,
	}: Pick<OpenConnection, 'addressField' | 'probes' | 'capabilitiesRequest'>,
): CheckLine[] {
	const { signedIn } = answers;
	const isExpected = probes?.statesCapabilities === true;
	const asked = tellingAnswer(answers);
	if (asked === undefined) return [];
	const check = 'capabilities';
	if (asked instanceof Error) {
		// Told already, by the line about signing in.
		const isTold = asked === signedIn && (asked.details.noToken || asked.details.httpStatus === 401);
		if (isTold) return [];
		if (asked.details.exceedsLimit) {
			return [
				{
					check,
					state: capabilitiesRequest ? 'blocks' : 'limits',
					says: `Its capability statement is too large: ${asked.message}`,
					whatToDo:
						`Ask the payer why. ${capabilitiesRequest ? "Until then, set 'Export Operation' in the credential: then it is not read." : ''}`.trim(),
				},
			];
		}
		return [{ check, state: isExpected ? 'blocks' : 'limits', ...saying(asked) }];
	}
	const { status } = asked;
	if (status >= 500) {
		return [
			{
				check,
				state: isExpected ? 'blocks' : 'limits',
				says: `Its server is in trouble (HTTP ${status})`,
				whatToDo: 'Run the check again later. If it stays so, tell the payer.',
			},
		];
	}
	if (!isExpected) {
		const says = 'It has no capability statement; it is asked as its own documentation says';
		return [{ check, state: 'note', says }];
	}
	if (status === 429) {
		const whatToDo = 'Run the check again later.';
		return [{ check, state: 'limits', says: 'It is asked too often at the moment (HTTP 429)', whatToDo }];
	}
	if (isForClients(asked)) {
		return [
			{
				check,
				state: 'limits',
				says: `It shows its capability statement to nobody, not to this client either (HTTP ${status})`,
				whatToDo: 'Ask the payer what it offers, and whether your client is enabled.',
			},
		];
	}
	return [
		{
			check,
			state: 'blocks',
			says:
				status === 404 || status === 410
					? `There is no FHIR server at this address (HTTP ${status})`
					: `It sent ${bodyKind(asked)} in place of a capability statement (HTTP ${status})`,
			whatToDo: `Check the credential's '${addressField}' with the payer: it is the address of its Payer-to-Payer FHIR API, without /metadata, and not that of a website.`,
		},
	];
}

/** The open answer, unless it is for clients alone, or the one to a client tells more. */
function tellingAnswer({ open, signedIn, forClients }: Answers): Asked | undefined {
	const own = forClients ?? signedIn;
	const isOpen = open !== undefined && !isForClients(open);
	const isFailure = open instanceof Error && own !== undefined && !(own instanceof Error);
	return isOpen && !isFailure ? open : (own ?? open);
}

function isForClients(asked: Asked): boolean {
	return !(asked instanceof Error) && [401, 403].includes(asked.status);
}
