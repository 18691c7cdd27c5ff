/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'fs';
import { join } from 'path';
import { PRESETS, type WaysOfAsking } from '../../../../../nodes/shared/payers/pdex/presets';
import { readStandardSettings, scopeOf } from '../../../../../nodes/shared/payers/pdex/settings';

const BASE = 'https://fhir.payer.example/r4';
const read = (credential: object) => readStandardSettings({ fhirBaseUrl: BASE, ...credential });
const asked = (credential: object) => read({ customRequests: true, ...credential });

/** As the nodes read a credential that was stored before there was Payer Software. */
test.each<[what: string, credential: object, expected: object]>([
	['nothing set', {}, {}],
	['a path of its own', { memberMatchPath: 'x/$match' }, { matchPath: 'x/$match' }],
	['an emptied path', { memberMatchPath: '', bulkMemberMatchPath: '' }, {}],
	['an emptied media type', { mediaType: '' }, {}],
	['an emptied Export Type', { exportType: '' }, { exportType: undefined }],
	['an Export Type of its own', { exportType: 'x' }, { exportType: 'x' }],
	['what was the default', { exportOperation: 'auto', exportLevel: 'auto', kickOff: 'auto' }, {}],
	[
		'$davinci-data-export',
		{ exportOperation: '$davinci-data-export' },
		{ exportOperation: '$davinci-data-export' },
	],
	['HRex 1.0', { hrexVersion: 'hrex-1.0' }, { profile: 'hrex-1.0' }],
	['a search by POST', { patientSearch: 'post' }, { patientSearch: 'post' }],
	['no Prefer', { prefer: false }, { prefer: false }],
])('a stored credential goes on meaning the same: %s', (_, credential, expected) => {
	expect(asked(credential)).toEqual({ ...read({}), ...expected });
});

test('what stands under a switch that is off does not count', () => {
	expect(read({ memberMatchPath: 'x', exportLevel: 'group', requestId: 'x' })).toEqual(read({}));
});

test.each(Object.entries(PRESETS))(
	'%s says how it is asked, and single fields go before it',
	(name, { asks }) => {
		const standard = read({ payerSoftware: 'other' });
		expect(standard).toEqual(read({}));
		expect(read({ payerSoftware: name })).toEqual({ ...standard, ...asks });
		const left = {
			exportOperation: 'software',
			exportType: 'software',
			hrexVersion: 'software',
			exportLevel: '',
		};
		expect(asked({ payerSoftware: name, ...left })).toEqual({ ...standard, ...asks });
		expect(asked({ payerSoftware: name, hrexVersion: 'hrex-1.2', exportType: '', kickOff: 'post' })).toEqual({
			...standard,
			...asks,
			profile: 'hrex-1.2',
			exportType: undefined,
			kickOff: 'post',
		});
	},
);

test.each(['acme', 'toString', '__proto__'])('an unknown Payer Software is told of: %s', (payerSoftware) => {
	expect(() => read({ payerSoftware })).toThrow(/'Payer Software' must be one of: other, /);
});

test.each<[payerSoftware: string | undefined, scope: string | undefined, expected: string | undefined]>([
	[undefined, 'system/*.rs', 'system/*.rs'],
	[undefined, '', undefined],
	['pdex22', 'system/*.read', 'system/*.read'],
	['microsoft', 'system/*.rs', `${BASE}/.default`],
	['microsoft', undefined, `${BASE}/.default`],
	['microsoft', 'api://x/.default', 'api://x/.default'],
])('the scope of %s, entered as %s', (payerSoftware, scope, expected) => {
	const credential = {
		fhirBaseUrl: `${BASE}/`,
		...(payerSoftware && { payerSoftware }),
		...(scope !== undefined && { scope }),
	};
	expect(scopeOf(credential)).toBe(expected);
});

test.each(Object.values(PRESETS))('docs/payers.md tells of $displayName', ({ displayName, asks }) => {
	const page = readFileSync(join(__dirname, '../../../../../docs/payers.md'), 'utf8');
	const row = page.split('\n').find((line) => line.startsWith(`| ${displayName} `)) ?? '';
	expect(row.split('|')).toHaveLength(9);
	const { exportType, mediaType, requestId }: Partial<WaysOfAsking> = asks;
	for (const value of [exportType, mediaType, requestId]) expect(row).toContain(value ?? '');
});
