import { protectionOf, type Protection } from '../../../../nodes/shared/fhir/securityLabels';

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

test.each<[what: string, security: unknown, protection: Protection]>([
	['none', undefined, 'none'],
	['an empty list', [], 'none'],
	['no list of objects', ['R'], 'none'],
	['restricted', [{ system: CONFIDENTIALITY, code: 'R' }], 'protected'],
	['very restricted, in no list', { system: CONFIDENTIALITY, code: 'V' }, 'protected'],
	['normal', [{ system: CONFIDENTIALITY, code: 'N' }], 'none'],
	['by the address of R3', [{ system: 'http://hl7.org/fhir/v3/Confidentiality', code: 'R' }], 'protected'],
	['by OID', [{ system: 'urn:oid:2.16.840.1.113883.5.4', code: 'HIV' }], 'protected'],
	['42 CFR Part 2', [{ system: ACT_CODE, code: '42CFRPart2' }], 'protected'],
	['labels inside', [{ system: ACT_CODE, code: 'PROCESSINLINELABEL' }], 'protected'],
	[
		'a sensitivity beside a normal level',
		[
			{ system: CONFIDENTIALITY, code: 'N' },
			{ system: ACT_CODE, code: 'PSY' },
		],
		'protected',
	],
	[
		'an unknown one beside it',
		[
			{ system: 'x', code: 'y' },
			{ system: ACT_CODE, code: 'PSY' },
		],
		'protected',
	],
	['an obligation', [{ system: ACT_CODE, code: 'PERSISTLABEL' }], 'none'],
	['of an unknown system', [{ system: 'https://payer.example/labels', code: 'R' }], 'unknown'],
	['without a system', [{ code: 'R' }], 'unknown'],
])('a label: %s', (_, security, protection) => {
	expect(protectionOf({ resourceType: 'Claim', meta: { security } as never })).toBe(protection);
});
