import { evalSqlOnFhir } from '@medplum/core';
import { rowObjects } from '../../../../nodes/shared/sqlOnFhir/rowObjects';
import { compileView } from '../../../../nodes/shared/sqlOnFhir/view';
import { withFirst } from '../../../../sandbox/exportJobs';
import { batchesOf, rosterMembers } from '../../../../sandbox/members';
import { resourcesOf } from '../../../../sandbox/resources';

/** The rows of the sandbox's resources, compared with those of another implementation. */

const column = (name: string, path: string, more: object = {}) => ({ name, path, ...more });
const code = (name: string, path: string) => column(name, `${path}.coding.code.first()`);

const VIEWS: Array<{ resource: string; select: object[]; where?: object[]; constant?: object[] }> = [
	{
		resource: 'ExplanationOfBenefit',
		constant: [
			{ name: 'idtype', valueUri: 'http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType' },
			{ name: 'hcpcs', valueUri: 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets' },
		],
		where: [
			{ path: "use = 'claim'" },
			{ path: "type.coding.where(code = 'pharmacy').exists().not()" },
			{ path: "status = 'active' or status = 'draft' and created.exists()" },
		],
		select: [
			{
				column: [
					column('id', 'id'),
					column(
						'claim_id',
						"identifier.where(type.coding.where(system = %idtype and code = 'uc').exists()).value.first()",
					),
					column(
						'claim_type',
						"type.coding.where(system = 'http://terminology.hl7.org/CodeSystem/claim-type').code.first()",
					),
					column(
						'received',
						"supportingInfo.where(category.coding.where(code = 'clmrecvddate').exists()).timing.ofType(date).first()",
					),
					column('none', "careTeam.where(role.coding.where(code = 'rendering').exists()).provider.first()"),
					column('diagnoses', 'diagnosis.diagnosis.ofType(CodeableConcept).coding.code', {
						collection: true,
					}),
				],
			},
			{
				forEachOrNull: 'item',
				column: [
					column('line', 'sequence'),
					column('code', 'productOrService.coding.where(system = %hcpcs).code.first()'),
					column('day', 'serviced.ofType(date)'),
					column('start', 'serviced.ofType(Period).start'),
					column('double', 'sequence * 2 + 1'),
					column('late', 'sequence > 1'),
				],
			},
		],
	},
	{
		resource: 'Observation',
		select: [
			{
				column: [
					column('id', 'id'),
					code('code', 'code'),
					column('value', 'value.ofType(Quantity).value'),
					column('unit', 'value.ofType(Quantity).unit'),
				],
			},
			{
				unionAll: [
					{ forEach: 'category.coding', column: [column('c', 'code')] },
					{ forEach: 'code.coding', column: [column('c', 'code')] },
				],
			},
		],
	},
	{
		resource: 'Patient',
		where: [{ path: 'name.family.exists()' }],
		select: [
			{
				column: [
					column('id', 'id'),
					column('birth', 'birthDate'),
					column(
						'race',
						"extension('http://hl7.org/fhir/us/core/StructureDefinition/us-core-race').extension('text').value.ofType(string).first()",
					),
				],
			},
			{
				forEach: 'name',
				column: [column('family', 'family'), column('given', 'given', { collection: true })],
			},
			{ forEachOrNull: 'telecom', column: [column('phone', 'value')] },
			{ forEachOrNull: 'photo', column: [column('photo', 'url')] },
		],
	},
	{
		resource: 'Condition',
		select: [
			{
				column: [
					column('id', 'id'),
					code('code', 'code'),
					code('status', 'clinicalStatus'),
					column('onset', 'onset.ofType(dateTime)'),
				],
			},
		],
	},
	{
		resource: 'Coverage',
		select: [
			{
				column: [
					column('id', 'id'),
					column('plan', "class.where(type.coding.code = 'plan').name.first()"),
					column('start', 'period.start'),
					column('has', 'payor.exists()'),
				],
			},
		],
	},
];

const resources = rosterMembers
	.filter(({ key }) => key !== 'million')
	.flatMap((member) =>
		withFirst(batchesOf(member)).flatMap((batch) => [...resourcesOf(member, batchesOf(member), batch)]),
	);

test.each(VIEWS)('V2 $resource: the rows are those of @medplum/core', (view) => {
	const ofType = resources.filter(({ resourceType }) => resourceType === view.resource);
	const compiled = compileView(view);
	const toObject = rowObjects(compiled.columns);
	const ours = ofType.flatMap((resource) => compiled.rows(resource, { keyPrefix: '' }).map(toObject));
	const theirs = evalSqlOnFhir(view as never, ofType as never[]);
	expect(ours.length).toBeGreaterThan(5);
	expect(asSet(ours)).toEqual(asSet(theirs));
});

function asSet(rows: object[]): string[] {
	return rows
		.map((row) => JSON.stringify(Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1))))
		.sort();
}
