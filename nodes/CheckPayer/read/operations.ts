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

/**
 * By name, or by the last part of the definition (HRex, PDex, ATR, Bulk Data 1 to 3). HAPI FHIR names definitions after type and level, as
 * `Group-i-export`. PDex's match for providers is another operation.
 */
const NAMES: ReadonlyArray<[operation: Operation, name: RegExp]> = [
	['bulkMemberMatch', /^(?:group-[a-z]{0,3}-)?(?:bulk|multi)-?member-?match$/],
	['memberMatch', /^(?:patient-[a-z]{0,3}-)?member-?match$/],
	['davinciExport', /^(?:group-[a-z]{0,3}-)?davinci-data-export$/],
	['groupExport', /^group-(?:[a-z]{0,3}-)?export$/],
	['patientExport', /^patient-(?:[a-z]{0,3}-)?export$/],
	['systemExport', /^(?:system|-s)-export$/],
	['everything', /^patient-(?:[a-z]{0,3}-)?everything$/],
];
const MAX_NAME = 200;
/** The path of an operation in place of its definition. */
const PATH = /\/(Group|Patient)\/(?:[^/]{1,64}\/)?\$export$/;

/**
 * Which operation an entry of a capability statement is; undefined for any other.
 * @param type the resource type that it stands with, which tells whose export it is
 */
export function operationOf({ name, definition }: IDataObject, type?: string): Operation | undefined {
	// Before R4, a definition is a Reference.
	const canonical = textOf(isObject(definition) ? definition.reference : definition);
	const address = (canonical ?? '').slice(0, MAX_NAME).split('|')[0];
	const words = [address.split('/').at(-1) ?? '', (textOf(name) ?? '').slice(0, MAX_NAME)].map((each) =>
		each.replace(/^\$/, '').toLowerCase(),
	);
	const known = NAMES.find(([, pattern]) => words.some((word) => pattern.test(word)));
	if (known) return known[0];
	if (words.includes('everything') && type === 'Patient') return 'everything';
	if (!words.includes('export')) return undefined;
	switch (PATH.exec(address)?.[1] ?? type) {
		case 'Group':
			return 'groupExport';
		case 'Patient':
			return 'patientExport';
		case undefined:
			return 'systemExport';
		default:
			return undefined;
	}
}
