import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { showHints } from '../shared/n8n/hints';
import { asNodeError, tryAsValue } from '../shared/n8n/items';
import { isAgentTool } from '../shared/n8n/toolMode';
import { payerSubtitle } from '../shared/payers/subtitle';
import { checkPayerCredentials, checkPayerForm } from './form';
import { importedItems, importedItemForAgent } from './import/importRows';
import { checkHints, rowForAgent } from './outputs';
import { checkedRows, registeredRows } from './rows';

export class CheckPayer implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Check Payer',
		name: 'checkPayer',
		icon: { light: 'file:checkPayer.svg', dark: 'file:checkPayer.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: payerSubtitle('$parameter["operation"]'),
		description:
			'Payer to payer: check whether a health plan can be asked, what it offers, and what is missing. Sends nothing about a member.',
		defaults: { name: 'Check Payer' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: checkPayerCredentials,
		properties: checkPayerForm,
	};

	/** Works once for the run, however many items come in: they say nothing about the payer. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0, 'check');
		const items = await tryAsValue(async () => await itemsOf(this, String(operation)));
		if (items instanceof Error) throw asNodeError(this.getNode(), items, 0);
		return [items.map((json) => ({ json, pairedItem: { item: 0 } }))];
	}
}

async function itemsOf(context: IExecuteFunctions, operation: string): Promise<IDataObject[]> {
	const isAgent = isAgentTool(context);
	if (operation === 'import') {
		const items = await importedItems(context);
		return isAgent ? items.map(importedItemForAgent) : items;
	}
	const isRegistration = operation === 'register';
	const rows = await (isRegistration ? registeredRows : checkedRows)(context);
	showHints(context, isRegistration ? [] : checkHints(rows));
	return rows.map((row) => (isAgent ? rowForAgent(row) : { ...row }));
}
