"""Train the tutorial's network in PyTorch: reads numbers of batches, writes seconds.

Runs in an environment of its own (``make bench-torch``), so it imports PyTorch only.
"""

import sys
import time
from pathlib import Path

import torch

STEPS, BATCH, HIDDEN = 25, 512, 100


class Network(torch.nn.Module):
    """PyTorch's own recurrent layer with a trainable initial state and a linear readout."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = torch.nn.RNN(1, HIDDEN, nonlinearity="relu")
        self.out = torch.nn.Linear(HIDDEN, 1)
        self.start = torch.nn.Parameter(torch.zeros(HIDDEN))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return outputs, ``(time, batch, 1)``, for inputs of that shape."""
        hidden, _ = self.rnn(inputs, self.start.expand(1, inputs.shape[1], HIDDEN).contiguous())
        return self.out(hidden)


def train(network: Network, optimizer: torch.optim.Optimizer, num_batches: int) -> None:
    """Follow the gradient of error and penalty on fresh trials."""
    for _ in range(num_batches):
        bias = 0.05 * (torch.randn(1, BATCH, 1) - 0.5)
        inputs = bias + 0.05 * torch.randn(STEPS, BATCH, 1)
        targets = torch.cumsum(inputs, dim=0)
        penalty = sum((parameter**2).sum() for parameter in network.parameters())
        loss = torch.mean((network(inputs) - targets) ** 2) + 2e-4 * penalty
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def main() -> None:
    """Say which PyTorch this is and how large; then train as told, until the input ends."""
    files = Path(torch.__file__).parent.rglob("*")
    megabytes = sum(path.stat().st_size for path in files if path.is_file()) / 1e6
    threads = torch.get_num_threads()
    print(f"{torch.__version__}, {megabytes:.0f} MB installed, {threads} threads", flush=True)
    network = Network()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.025, eps=0.1)
    for line in sys.stdin:
        begin = time.perf_counter()
        train(network, optimizer, int(line))
        print(time.perf_counter() - begin, flush=True)


if __name__ == "__main__":
    main()
