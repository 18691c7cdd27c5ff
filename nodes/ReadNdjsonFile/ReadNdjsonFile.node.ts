import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { placeResults, processItems } from '../shared/n8n/items';
import { isAgentTool } from '../shared/n8n/toolMode';
import { readNdjsonFileForm, REPORT } from './form';
import { readFile } from './readFile';
import { splitFile } from './splitFile';

export class ReadNdjsonFile implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Read NDJSON File',
		name: 'readNdjsonFile',
		icon: { light: 'file:readNdjsonFile.svg', dark: 'file:readNdjsonFile.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ "Stored payer file: " + ($parameter["operation"] === "split" ? "into parts" : "as items") }}',
		description:
			'Payer to payer: read a stored NDJSON file of FHIR resources, part by part, whatever its size',
		defaults: { name: 'Read NDJSON File' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Resources or Parts', 'Report'],
		properties: readNdjsonFileForm,
	};

	/**
	 * Reads one part of a file per input item, or splits one file per item. Sequential, because each item may need much
	 * memory.
	 */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0);
		const work = operation === 'split' ? splitFile : readFile;
		const reportOnly = isAgentTool(this);
		const results = await processItems(this, 1, async (itemIndex) => {
			const routed = await work(this, itemIndex);
			return reportOnly ? routed.filter(({ output }) => output === REPORT) : routed;
		});
		return placeResults(this, results, { count: 2, error: REPORT });
	}
}
