import type { Capabilities } from '../read/capabilities';
import type { CheckLine } from './lines';

/** What the payer's capability statement says about matching and exporting. */

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
