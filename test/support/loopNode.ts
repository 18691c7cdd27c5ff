import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
} from 'n8n-workflow';

/** A node of a test with two outputs, that does what it is told with its items. */
export function twoOutputsNode(
	name: string,
	work: (items: INodeExecutionData[], context: IDataObject) => [INodeExecutionData[], INodeExecutionData[]],
): INodeType {
	return {
		description: {
			displayName: name,
			name,
			group: ['transform'],
			version: 1,
			description: 'A node of a test',
			defaults: { name },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
			properties: [],
		},
		async execute(this: IExecuteFunctions) {
			return await Promise.resolve(work(this.getInputData(), this.getContext('node') as IDataObject));
		},
	};
}

/** n8n's Loop Over Items, one item a round: `done` is its first output, `loop` its second (n8n 2.41, SplitInBatchesV3). */
export function loopNode(): INodeType {
	return twoOutputsNode('loop', (items, context) => {
		const loop = context as { left?: INodeExecutionData[]; done?: INodeExecutionData[] };
		const { left = [...items], done = [] } = loop;
		if (loop.left) done.push(...items);
		Object.assign(loop, { left, done });
		const next = left.shift();
		return next ? [[], [next]] : [done, []];
	});
}
