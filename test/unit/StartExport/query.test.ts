import { tryToParseDateTime, type IDataObject } from 'n8n-workflow';
import { exportQuery } from '../../../nodes/StartExport/query';
import { thrown } from '../../support/helpers';

const ZONE = 'America/New_York';
const more = (...parameter: object[]) => ({ query: { parameter } });

test.each<[sentence: string, types: unknown, options: object, expected: string[][]]>([
	['nothing', [], {}, []],
	['nothing at all', undefined, {}, []],
	['types chosen', ['Patient', 'Coverage'], {}, [['_type', 'Patient,Coverage']]],
	['types typed', [], { otherTypes: 'Device, Specimen  Goal' }, [['_type', 'Device,Specimen,Goal']]],
	[
		'types of both kinds, each once',
		['Patient'],
		{ otherTypes: 'Device,Patient' },
		[['_type', 'Patient,Device']],
	],
	['since an instant', [], { since: '2026-01-31T10:00:00Z' }, [['_since', '2026-01-31T10:00:00.000Z']]],
	[
		'since an instant elsewhere',
		[],
		{ since: '2026-01-31T10:00:00+05:30' },
		[['_since', '2026-01-31T04:30:00.000Z']],
	],
	[
		'since a time of the workflow, winter',
		[],
		{ since: '2026-01-31T10:00:00' },
		[['_since', '2026-01-31T15:00:00.000Z']],
	],
	[
		'since a time of the workflow, summer',
		[],
		{ since: '2026-07-31T10:00:00' },
		[['_since', '2026-07-31T14:00:00.000Z']],
	],
	['since a day of the workflow', [], { since: '2026-01-31' }, [['_since', '2026-01-31T05:00:00.000Z']]],
	['since a Date', [], { since: new Date('2026-01-31T10:00:00Z') }, [['_since', '2026-01-31T10:00:00.000Z']]],
	[
		'since a luxon DateTime',
		[],
		{ since: tryToParseDateTime('2026-01-31T10:00:00', 'Asia/Tokyo') },
		[['_since', '2026-01-31T01:00:00.000Z']],
	],
	['since nothing', [], { since: '' }, []],
	[
		'parameters, also twice',
		[],
		more({ name: '_typeFilter', value: 'a?b=c&d' }, { name: '_typeFilter', value: 'e' }),
		[
			['_typeFilter', 'a?b=c&d'],
			['_typeFilter', 'e'],
		],
	],
	['until', [], { until: '2026-01-31T10:00:00Z' }, [['_until', '2026-01-31T10:00:00.000Z']]],
	[
		'care from a day on, of the types chosen that have one',
		['Encounter', 'Patient', 'ExplanationOfBenefit'],
		{ dateOfServiceFrom: '2022-01-01T00:00:00.000-05:00' },
		[
			['_type', 'Encounter,Patient,ExplanationOfBenefit'],
			['_typeFilter', 'Encounter?date=ge2022-01-01'],
			['_typeFilter', 'ExplanationOfBenefit?service-date=ge2022-01-01'],
		],
	],
	['care from no day', ['Encounter'], { dateOfServiceFrom: '' }, [['_type', 'Encounter']]],
	['elements', [], { elements: 'id, status  Patient.name' }, [['_elements', 'id,status,Patient.name']]],
	[
		'associated data',
		[],
		{ includeAssociatedData: ['LatestProvenanceResources', '_mine'] },
		[['includeAssociatedData', 'LatestProvenanceResources,_mine']],
	],
	['blocks of a patient', [], { organizeOutputBy: ' Patient ' }, [['organizeOutputBy', 'Patient']]],
	['a manifest in parts', [], { allowPartialManifests: true }, [['allowPartialManifests', 'true']]],
	['a manifest in one', [], { allowPartialManifests: false }, []],
	[
		'patients by reference and by id, each once',
		[],
		{ patients: 'Patient/p-1, p.2,p-1' },
		[
			['patient', 'Patient/p-1'],
			['patient', 'Patient/p.2'],
		],
	],
	['patients as a list, of which one is a number', [], { patients: [1001] }, [['patient', 'Patient/1001']]],
	['nothing of any of them', [], { elements: '', includeAssociatedData: [], patients: '' }, []],
	['empty rows', [], more({ name: '', value: '' }, {}), []],
	[
		'all of it in order',
		['Patient'],
		{ since: '2026-01-31T10:00:00Z', ...more({ name: 'x', value: '1' }) },
		[
			['_type', 'Patient'],
			['_since', '2026-01-31T10:00:00.000Z'],
			['x', '1'],
		],
	],
])('%s', (_, types, options, expected) => {
	expect(exportQuery(types, options as IDataObject, ZONE)).toEqual(expected);
});

test.each<[sentence: string, options: object, whatIsSaid: RegExp]>([
	['a type in small letters', { otherTypes: 'patient' }, /'Other Resource Types' must be names/],
	['a type with a sign', { otherTypes: 'Patient?x=1' }, /'Other Resource Types'/],
	['since some day', { since: 'last week' }, /'Since' must be a date and time/],
	['since an American date', { since: '01/31/2026' }, /'Since'/],
	['since a day that does not exist', { since: '2026-02-30T00:00:00Z' }, /'Since'/],
	['since an hour that does not exist', { since: '2026-01-31T25:00:00Z' }, /'Since'/],
	['until some day', { until: 'soon' }, /'Until' must be a date and time/],
	['care from some day', { dateOfServiceFrom: '1/1/2022' }, /'Date of Service From' must be a date/],
	...['_include=x', '_revinclude=x', '_sort=date', '_elements=id', '_include:iterate=x'].map(
		(search): [string, object, RegExp] => [
			`a _typeFilter with ${search}`,
			more({ name: '_typeFilter', value: `Encounter?date=ge2022-01-01&${search}` }),
			/a _typeFilter may not hold/,
		],
	),
	['an element below another', { elements: 'Patient.name.family' }, /'Elements' must be names of elements/],
	['an element with a sign', { elements: 'id&x=1' }, /'Elements'/],
	['associated data with a sign', { includeAssociatedData: ['a&b'] }, /'Include Associated Data'/],
	[
		'blocks of two types',
		{ organizeOutputBy: 'Patient,Group' },
		/'Organize Output By' must be the name of one/,
	],
	['a patient elsewhere', { patients: 'https://x.example/Patient/1' }, /'Patients' must be the payer's ids/],
	['a member in place of a patient', { patients: 'Group/1' }, /'Patients'/],
	['a value without a name', more({ value: '1' }), /'More Query Parameters'/],
	['a name without a value', more({ name: 'x' }), /'More Query Parameters'/],
	['a name with a sign', more({ name: 'x&y', value: '1' }), /'More Query Parameters'/],
])('%s is refused', (_, options, whatIsSaid) => {
	const error = thrown(() => exportQuery([], options as IDataObject, ZONE));
	expect(error.message).toMatch(whatIsSaid);
});

it('says everything at once', () => {
	const { details } = thrown(() =>
		exportQuery([], { otherTypes: 'x', since: 'x', ...more({ name: 'x' }) } as IDataObject, ZONE),
	);
	for (const field of ['Other Resource Types', 'Since', 'More Query Parameters']) {
		expect(details.whatToDo).toContain(`'${field}'`);
	}
});

it('asks for care from a day on of every type that has a date of service, and never by _since', () => {
	const query = exportQuery([], { dateOfServiceFrom: '2022-01-01' }, ZONE);
	expect(new Set(query.map(([name]) => name))).toEqual(new Set(['_typeFilter']));
	expect(query.length).toBeGreaterThan(5);
	for (const [, filter] of query) expect(filter).toMatch(/^[A-Z][A-Za-z]+\?[a-z-]+=ge2022-01-01$/);
});
