import {
	NodeConnectionTypes,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { showHints } from '../shared/n8n/hints';
import { isAgentTool } from '../shared/n8n/toolMode';
import { memberOutcomesForm } from './form';
import { countsOfItems, outcomeHint } from './counts';
import { notGivenBefore } from './earlierRuns';
import { RunData } from './read/runData';
import { SIMPLE_COLUMNS } from './row/outcomeRow';
import { allRows } from './rows';

export class MemberOutcomes implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Member Outcomes',
		name: 'memberOutcomes',
		icon: { light: 'file:memberOutcomes.svg', dark: 'file:memberOutcomes.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ "Payer outcomes: " + ($parameter["simplify"] ? "to read" : "all columns") }}',
		description: 'Payer to payer: what became of each member of the roster, in one row each',
		defaults: { name: 'Member Outcomes' },
		usableAsTool: true,
		// n8n holds a node of which one input has nothing connected until no other node is left to run.
		inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		inputNames: ['Leave Free', 'Everything'],
		outputs: [NodeConnectionTypes.Main],
		properties: memberOutcomesForm,
	};

	/** Gives the rows of all members in its first run, and in a later one those that no run before it gave. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		if (isAgentTool(this)) return await Promise.resolve([[countsOfItems(this.getInputData())]]);
		if (this.getInputData(0).length > 0) {
			throw new NodeOperationError(this.getNode(), "Something is connected to the input 'Leave Free'", {
				description:
					"Move the connection to the lower input, 'Everything'. While the upper one is free, n8n runs this node after all others; connected, it would run too early.",
			});
		}
		const runData = new RunData(this);
		const all = allRows(this, runData);
		const isSimple = this.getNodeParameter('simplify', 0, true) === true;
		const shown = isSimple ? all.map(({ json, ...row }) => ({ ...row, json: simple(json) })) : all;
		const rows = notGivenBefore(runData, this.getNode().name, shown);
		runData.setTold();
		showHints(this, outcomeHint(rows.map(({ json }) => json)));
		return await Promise.resolve([rows]);
	}
}

function simple(json: IDataObject): IDataObject {
	return Object.fromEntries(SIMPLE_COLUMNS.map((column) => [column, json[column]]));
}
