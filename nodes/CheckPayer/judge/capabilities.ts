import { bodyKind } from '../../shared/http/reply';
import type { OpenConnection } from '../../shared/payers/connection';
import type { Answers } from '../answers';
import type { Asked } from '../ask/ask';
import type { Capabilities } from '../read/capabilities';
import type { CheckLine } from './lines';
import { saying } from './reach';

/** What the payer's capability statement says about matching and exporting, or why there is none. */

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

/** The lines of a statement that was read. */
export function statementLines(stated: Capabilities): CheckLine[] {
	return [versionLine(stated.fhirVersion), ...operationLines(stated)];
}

const RELEASES: Record<string, string> = { '1': 'DSTU2', '3': 'STU3', '5': 'R5', '6': 'R6' };

function versionLine(version: string | undefined): CheckLine {
	const check = 'fhirVersion';
	const whatToDo = 'Ask the payer for the address of its FHIR R4 server.';
	if (version === undefined)
		return { check, state: 'limits', says: 'It does not state which FHIR it speaks', whatToDo };
	if (/^4\.0(?:\.|$)/.test(version)) return { check, state: 'works', says: `It speaks FHIR R4 (${version})` };
	if (/^4\.[13]/.test(version)) {
		return {
			check,
			state: 'limits',
			says: `It speaks FHIR R4B (${version}), where the rule names R4 (4.0.1)`,
			whatToDo,
		};
	}
	const release = RELEASES[version.split('.')[0]] ?? 'of another release';
	return {
		check,
		state: 'blocks',
		says: `It speaks FHIR ${release} (${version}), and payer-to-payer exchange needs R4 (4.0.1)`,
		whatToDo,
	};
}

function operationLines({ operations, patientSearch }: Capabilities): CheckLine[] {
	if (operations === undefined) {
		return [
			{
				check: 'export',
				state: 'limits',
				says: 'It lists no operation, so nobody knows whether members can be matched and exported',
				whatToDo: 'Try it with a test member, or ask the payer.',
			},
		];
	}
	const matches = ['memberMatch', 'bulkMemberMatch'] as const;
	const exports = ['davinciExport', 'groupExport', 'patientExport'] as const;
	const canMatch = matches.some((each) => operations.has(each));
	const canExport = exports.some((each) => operations.has(each));
	if (!canMatch && !canExport) {
		return [
			{
				check: 'memberMatch',
				state: 'blocks',
				says: 'It states neither a match of members nor an export',
				whatToDo:
					'This may be another API of the payer, such as Patient Access or the provider directory: ask for the address of its Payer-to-Payer API.',
			},
		];
	}
	const lines: CheckLine[] = [];
	if (operations.has('memberMatch')) {
		lines.push({ check: 'memberMatch', state: 'works', says: 'It matches a member ($member-match)' });
	}
	if (operations.has('bulkMemberMatch')) {
		const says = 'It matches many members in one request ($bulk-member-match)';
		lines.push({ check: 'memberMatch', state: 'works', says });
	}
	if (!operations.has('memberMatch')) {
		lines.push({
			check: 'memberMatch',
			state: 'limits',
			says: canMatch
				? 'It does not state that it matches members one by one ($member-match)'
				: 'It does not state that it matches members',
			whatToDo: canMatch
				? "Set 'Match Mode' of Member Match to All Items in One Request."
				: 'Ask the payer how members are matched. Without a match, enter its IDs under Start Export.',
		});
	}
	if (canExport) {
		lines.push({ check: 'export', state: 'works', says: `It exports by ${exportWords(operations)}` });
	} else {
		lines.push({
			check: 'export',
			state: 'limits',
			says: 'It does not state that it exports',
			whatToDo: operations.has('everything')
				? "It offers Patient/$everything: set 'Export Level' of the credential to Patient, Without an Export."
				: 'Ask the payer how the data of a matched member is fetched.',
		});
	}
	if (patientSearch === 'no' && operations.has('patientExport') && !hasGroups(operations)) {
		lines.push({
			check: 'patientSearch',
			state: 'limits',
			says: 'It does not state that patients are searched by identifier',
			whatToDo:
				'Members for whom the match gives an identifier alone cannot be exported: ask the payer, or see Search Patients By in the credential.',
		});
	}
	return lines;
}

function hasGroups(operations: ReadonlySet<string>): boolean {
	return operations.has('groupExport') || operations.has('davinciExport');
}

/** The exports that a payer states, e.g. `$davinci-data-export (group), $export (patient)`. */
export function exportWords(operations: ReadonlySet<string>): string {
	return [
		operations.has('davinciExport') && '$davinci-data-export (group)',
		operations.has('groupExport') && '$export (group)',
		operations.has('patientExport') && '$export (patient)',
		operations.has('systemExport') && '$export (all)',
	]
		.filter(Boolean)
		.join(', ');
}
