import { NodeHelpers, Workflow, type INode, type INodeType, type INodeTypes } from 'n8n-workflow';
import { CheckPayer } from '../../../../nodes/CheckPayer/CheckPayer.node';
import { FetchBatch } from '../../../../nodes/FetchBatch/FetchBatch.node';
import { FetchDocuments } from '../../../../nodes/FetchDocuments/FetchDocuments.node';
import { MemberMatch } from '../../../../nodes/MemberMatch/MemberMatch.node';
import { FhirToTable } from '../../../../nodes/FhirToTable/FhirToTable.node';
import { MemberOutcomes } from '../../../../nodes/MemberOutcomes/MemberOutcomes.node';
import { ReadNdjsonFile } from '../../../../nodes/ReadNdjsonFile/ReadNdjsonFile.node';
import { StartExport } from '../../../../nodes/StartExport/StartExport.node';
import { WaitForExport } from '../../../../nodes/WaitForExport/WaitForExport.node';

/** The line under a node's name, evaluated as n8n's editor does it. */
function subtitleOf(type: INodeType, parameters: INode['parameters']): unknown {
	const { description } = type;
	const node: INode = {
		id: '1',
		name: description.displayName,
		type: description.name,
		typeVersion: 1,
		position: [0, 0],
		parameters:
			NodeHelpers.getNodeParameters(
				description.properties,
				parameters,
				true,
				false,
				{ typeVersion: 1 },
				description,
			) ?? {},
	};
	const nodeTypes = { getByName: () => type, getByNameAndVersion: () => type, getKnownTypes: () => ({}) };
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: nodeTypes as INodeTypes,
	});
	return workflow.expression.getSimpleParameterValue(node, description.subtitle, 'internal', {});
}

test.each<[INodeType, INode['parameters'], string]>([
	[new MemberMatch(), {}, 'Payer 1upHealth: from fields'],
	[new MemberMatch(), { payerApi: 'pdex' }, 'Payer Da Vinci PDex: from fields'],
	[new MemberMatch(), { inputMode: 'resources' }, 'Payer 1upHealth: from FHIR resources'],
	[new StartExport(), {}, 'Payer 1upHealth: all types'],
	[new StartExport(), { resourceTypes: ['Claim', 'Patient'] }, 'Payer 1upHealth: Claim, Patient'],
	[new WaitForExport(), {}, 'Payer 1upHealth: up to 10 min'],
	[new WaitForExport(), { giveUpAfter: 0, payerApi: 'pdex' }, 'Payer Da Vinci PDex: poll once'],
	[new FetchBatch(), {}, 'Payer 1upHealth: as items'],
	[new FetchBatch(), { outputAs: 'file', payerApi: 'pdex' }, 'Payer Da Vinci PDex: as NDJSON file'],
	[new FetchDocuments(), {}, 'Payer 1upHealth: documents'],
	[new ReadNdjsonFile(), { operation: 'split' }, 'Stored payer file: into parts'],
	[new ReadNdjsonFile(), {}, 'Stored payer file: as items'],
	[new FhirToTable(), {}, 'Payer data: medical_claim as items'],
	[new MemberOutcomes(), {}, 'Payer outcomes: to read'],
	[new CheckPayer(), {}, 'Payer 1upHealth: check'],
	[new CheckPayer(), { payerApi: 'pdex' }, 'Payer Da Vinci PDex: check'],
	[
		new CheckPayer(),
		{ payerApi: 'pdex', pdexAuthentication: 'udapPayerApi', operation: 'register' },
		'Payer Da Vinci PDex: register',
	],
	[new FhirToTable(), { table: 'ownView', rowsAs: 'csv' }, 'Payer data: own view as csv'],
])('F9 the canvas says which payer %# belongs to', (type, parameters, line) => {
	expect(subtitleOf(type, parameters)).toBe(line);
});

test('F9 stored workflows keep their names: the name of a new node is its display name', () => {
	for (const type of [
		new MemberMatch(),
		new StartExport(),
		new WaitForExport(),
		new FetchBatch(),
		new FetchDocuments(),
		new ReadNdjsonFile(),
		new FhirToTable(),
		new MemberOutcomes(),
		new CheckPayer(),
	]) {
		expect(type.description.defaults.name).toBe(type.description.displayName);
		expect(type.description.description).toMatch(/^Payer to payer(?:, step [1-4] of 4)?: /);
	}
});
