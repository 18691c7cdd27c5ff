import { patientIdsOf } from '../../../../nodes/shared/exchange/patientReferences';

const P = { reference: 'Patient/1' };

test.each<[type: string, resource: object, ids: string[]]>([
	['Patient', { id: '1' }, ['1']],
	['Observation', { subject: P }, ['1']],
	['Immunization', { patient: { reference: 'https://payer.example/r4/Patient/1' } }, ['1']],
	[
		'Coverage',
		{ beneficiary: { reference: 'Patient/1/_history/3' }, subscriber: { reference: 'Patient/2' } },
		['1'],
	],
	['Coverage', { subscriber: P, policyHolder: P }, []],
	['Coverage', { patient: P, subject: P }, []],
	['Task', { for: P }, ['1']],
	['ResearchSubject', { individual: P }, ['1']],
	['Account', { subject: [{ reference: 'Patient/2' }, P] }, ['2', '1']],
	['Contract', { subject: [P] }, ['1']],
	['Appointment', { participant: [{ actor: { reference: 'Practitioner/9' } }, { actor: P }] }, ['1']],
	['AppointmentResponse', { actor: P }, ['1']],
	['AuditEvent', { entity: [{ what: P }] }, ['1']],
	['AuditEvent', { agent: [{ who: P }] }, ['1']],
	['Group', { member: [{ entity: P }, { entity: { reference: 'Patient/2' } }] }, ['1', '2']],
	['Provenance', { target: [{ reference: 'Observation/1' }, P] }, ['1']],
	['Provenance', { target: [{ reference: 'Observation/1' }] }, []],
	['Person', { link: [{ target: P }] }, ['1']],
	['Linkage', { item: [{ resource: P }] }, ['1']],
	['Schedule', { actor: [P] }, ['1']],
	['EnrollmentRequest', { candidate: P }, ['1']],
	['Claim', { patient: P, insurer: { reference: 'Organization/1' } }, ['1']],
	['Observation', { subject: { reference: 'Group/1' } }, []],
	['Organization', { id: '1' }, []],
	['Observation', { subject: { identifier: { value: '1' } } }, []],
	['Observation', { subject: 'Patient/1' }, []],
	['constructor', { subject: P }, ['1']],
])('A5 whose a %s is: %j', (resourceType, resource, ids) => {
	expect(patientIdsOf({ resourceType, ...resource })).toEqual(ids);
});
