import type { IDataObject } from 'n8n-workflow';
import { exportQuery } from '../../../../nodes/StartExport/query';
import { isWhollyBefore, SERVICE_DATES } from '../../../../nodes/shared/fhir/serviceDates';

const DAY = '2022-03-01';
const encounter = (period: unknown) => ({ resourceType: 'Encounter', period });
const claim = (more: object) => ({ resourceType: 'ExplanationOfBenefit', ...more });

test.each<[sentence: string, resource: object, expected: boolean]>([
	['the day before', { resourceType: 'Procedure', performedDateTime: '2022-02-28' }, true],
	['the day itself', { resourceType: 'Procedure', performedDateTime: '2022-03-01' }, false],
	[
		'an hour of the day before',
		{ resourceType: 'Procedure', performedDateTime: '2022-02-28T23:59:59-05:00' },
		true,
	],
	[
		'an hour of the day',
		{ resourceType: 'Procedure', performedDateTime: '2022-03-01T00:00:00+14:00' },
		false,
	],
	['the month before', { resourceType: 'Observation', effectiveDateTime: '2022-02' }, true],
	['the same month', { resourceType: 'Observation', effectiveDateTime: '2022-03' }, false],
	['the year before', { resourceType: 'Observation', effectiveDateTime: '2021' }, true],
	['the same year', { resourceType: 'Observation', effectiveDateTime: '2022' }, false],
	['an instant', { resourceType: 'Observation', effectiveInstant: '2021-01-01T00:00:00Z' }, true],
	['a period that ended', encounter({ start: '2022-01-01', end: '2022-02-28' }), true],
	['a period that reaches into it', encounter({ start: '2020-01-01', end: '2022-03-01' }), false],
	['a period that goes on', encounter({ start: '2020-01-01' }), false],
	['a period of nothing', encounter({}), false],
	['no date', encounter(undefined), false],
	['a date that is none', encounter({ end: 'last year' }), false],
	['a date that only begins as one', { resourceType: 'Procedure', performedDateTime: '20210' }, false],
	['a number', { resourceType: 'Procedure', performedDateTime: 2021 }, false],
	['an age', { resourceType: 'Procedure', performedAge: { value: 3 } }, false],
	[
		'items alone',
		claim({ item: [{ servicedDate: '2021-01-01' }, { servicedPeriod: { end: '2021-02-01' } }] }),
		true,
	],
	[
		'one item of several',
		claim({ item: [{ servicedDate: '2021-01-01' }, { servicedDate: '2022-03-02' }] }),
		false,
	],
	[
		'items before, billed later',
		claim({ billablePeriod: { end: '2022-04-01' }, item: [{ servicedDate: '2021-01-01' }] }),
		false,
	],
	[
		'billed before, an item that goes on',
		claim({ billablePeriod: { end: '2021-01-01' }, item: [{ servicedPeriod: {} }] }),
		false,
	],
	['a type that has no date of service', { resourceType: 'Condition', onsetDateTime: '1990-01-01' }, false],
	['a coverage that ended', { resourceType: 'Coverage', period: { end: '1990-01-01' } }, false],
	['a type of an odd name', { resourceType: 'constructor', period: { end: '1990-01-01' } }, false],
	['a handing over', { resourceType: 'MedicationDispense', whenHandedOver: '2020-01-01' }, true],
	['an order', { resourceType: 'MedicationRequest', authoredOn: '2020-01-01' }, true],
	['a referral', { resourceType: 'ServiceRequest', authoredOn: '2020-01-01' }, true],
	['a shot', { resourceType: 'Immunization', occurrenceDateTime: '2020-01-01' }, true],
	['a report', { resourceType: 'DiagnosticReport', effectivePeriod: { end: '2020-01-01' } }, true],
])('%s', (_, resource, expected) => {
	expect(isWhollyBefore(resource as IDataObject, DAY)).toBe(expected);
});

test('every type that is asked for by its date of service is judged by it', () => {
	const asked = exportQuery([], { dateOfServiceFrom: DAY }, 'UTC').map(([, filter]) => filter.split('?')[0]);
	expect(asked).toEqual(Object.keys(SERVICE_DATES));
	for (const { elements } of Object.values(SERVICE_DATES)) expect(elements).not.toHaveLength(0);
});
