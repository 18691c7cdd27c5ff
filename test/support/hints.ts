import type { EngineRun, NodeName } from './engine';

/** The texts of the hints of a node, one a line. */
export function hintsOf(run: EngineRun, node: NodeName): string {
	const hints = run.raw.data.resultData.runData[node]?.[0]?.hints ?? [];
	return hints.map(({ message }) => message).join('\n');
}
