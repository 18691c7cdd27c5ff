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
import { importedItems } from './import/importRows';
import { checkHints, rowForAgent } from './outputs';
import type { RegistrationRow } from './register/registrationRow';
import type { CheckRow } from './row';
import { checkedRows, registeredRows } from './rows';

export class CheckPayer implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Check Payer',
		name: 'checkPayer',
		icon: { light: 'file:checkPayer.svg', dark: 'file:checkPayer.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: payerSubtitle('$parameter["operation"] === "register" ? "register" : "check"'),
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
		const items = await tryAsValue(async () => {
			if (operation === 'import') return await importedItems(this);
			return rowItems(this, await (operation === 'register' ? registeredRows : checkedRows)(this));
		});
		if (items instanceof Error) throw asNodeError(this.getNode(), items, 0);
		return [items.map((json) => ({ json, pairedItem: { item: 0 } }))];
	}
}

/** The rows as items, with a hint about all of them. */
function rowItems(
	context: IExecuteFunctions,
	rows: ReadonlyArray<CheckRow | RegistrationRow>,
): IDataObject[] {
	const checked = rows.filter((row): row is CheckRow => 'memberMatch' in row);
	if (checked.length > 0) showHints(context, checkHints(checked));
	return rows.map((row) => (isAgentTool(context) ? rowForAgent(row) : { ...row }));
}
