/**
 * Gives each worker a place of its own for its clusters: apart from those that a developer keeps up, and from the other
 * worker's, whose starts would remove what a test has just killed and is about to look for.
 */
process.env['KUBEFRESH_STATE'] = `/tmp/kubefresh-test-${process.getuid?.() ?? 0}-${process.env['VITEST_POOL_ID']}`;
