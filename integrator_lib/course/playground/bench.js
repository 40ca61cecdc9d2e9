// The network on the bench: chosen, broken and mended as the state says, each computed once.

const shipped = {};
const remembered = new Map();

function remember(key, compute) {
  if (!remembered.has(key)) {
    if (remembered.size > 60) remembered.clear();
    remembered.set(key, compute());
  }
  return remembered.get(key);
}

// A network as it came, before any damage. yours is the trainer's network.
function original(name, yours) {
  if (name === "yours") return yours;
  if (name === "hand-wired") return handWired(1);
  if (name === "leaky") return handWired(0.98);
  if (name === "repaired") return remember("repaired", () => repaired(original("rnn_short 0"), true));
  if (!shipped[name]) shipped[name] = decode(window.playgroundWeights[name]);
  return shipped[name];
}

function cutOf(state, net) {
  return state.cut === "" ? [] : state.cut.split(",").map(Number).filter((unit) => unit < net.size);
}

function benchKey({ net, noise, bits, draw, cut, mend, trained, ...rest }) {
  const own = net === "yours" ? [trained, rest.units, rest.seed, rest.rate, rest.clip, rest.l2,
    rest.length] : [];
  return [net, noise, bits, noise ? draw : 0, cut, mend, ...own].join("|");
}

// {original, broken, current}: current is null where the repair asked for is impossible.
function onTheBench(state, yours) {
  return remember(benchKey(state), () => {
    const net = original(state.net, yours);
    const broken = damaged(net, { ...state, cut: cutOf(state, net) });
    return { original: net, broken, current: REPAIRS[state.mend](broken) };
  });
}

function isDamaged({ noise, bits, cut }) {
  return noise > 0 || bits < 32 || cut !== "";
}
