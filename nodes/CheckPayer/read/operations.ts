import type { IDataObject } from 'n8n-workflow';
import { isObject, textOf } from '../../shared/fhir/json';

/** The operations of payer-to-payer exchange. */
export type Operation =
	| 'memberMatch'
	| 'bulkMemberMatch'
	| 'davinciExport'
	| 'groupExport'
	| 'patientExport'
	| 'systemExport'
	| 'everything';

/** By name, without `$`, or by the last part of the definition: HRex, PDex, ATR, Bulk Data 1 to 3, FHIR R4. */
const NAMES: Readonly<Record<string, Operation>> = {
	'member-match': 'memberMatch',
	'bulk-member-match': 'bulkMemberMatch',
	bulkmembermatch: 'bulkMemberMatch',
	'davinci-data-export': 'davinciExport',
	'group-export': 'groupExport',
	'patient-export': 'patientExport',
	'system-export': 'systemExport',
	'patient-everything': 'everything',
};
const MAX_NAME = 200;

/**
 * Which operation an entry of a capability statement is; undefined for any other.
 * @param type the resource type that it stands with, which tells whose export it is
 */
export function operationOf({ name, definition }: IDataObject, type?: string): Operation | undefined {
	const reference = isObject(definition) ? definition.reference : definition;
	const words = [textOf(name), textOf(reference)?.slice(0, MAX_NAME).split('|')[0].split('/').at(-1)]
		.flatMap((each) => each?.slice(0, MAX_NAME) ?? [])
		.map((each) => each.replace(/^\$/, '').toLowerCase());
	for (const word of words) {
		if (Object.hasOwn(NAMES, word)) return NAMES[word];
	}
	if (words.includes('everything') && type === 'Patient') return 'everything';
	if (!words.includes('export')) return undefined;
	if (type === 'Group') return 'groupExport';
	return type === 'Patient' ? 'patientExport' : type === undefined ? 'systemExport' : undefined;
}
