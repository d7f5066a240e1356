namespace P2PMiner.Client;

internal static class ConsoleHelp
{
    public static void Write(TextWriter output) => output.Write($"""
        p2p-console shows and controls a running p2p-miner.

        Usage
          p2p-console [options]            a prompt for the commands below, with history and completion
          p2p-console COMMAND [options]    one of them

        Show
          status               nodes, speed, pool and results on one page
          peers                every node with its state, speed and shares
          jobs                 the current job
          pool                 the pool connection and all configured pools
          watch                all of it, refreshed every two seconds until Ctrl-C
          doctor [NODE|all]    what costs speed or safety on a node, or on all, and what mends it; --json shows what is fine too

        Nodes (NODE is a node's id or the first digits of it)
          pause [NODE|all]     stop hashing on a node, or on all
          resume [NODE|all]    continue after a pause or a drain
          drain NODE           finish the work in hand and take no more, before stopping the node
          threads NODE N       hash with N threads
          bench NODE           measure a node for 10 s, during which it does not mine
              --seconds S        for 1 to 60 s
          quarantine NODE      stop giving a node work, and refuse its shares
          release NODE         end the quarantine, also one for wrong hashes

        Pools (of the cluster: a change outlives the master, but not a restart of all nodes; what must outlive that belongs in the configuration)
          pool add URL -u USER         add a pool after the existing ones; as for p2p-miner also --pass, --rig-id,
                                       --tls-fingerprint, --tls-strict, --socks5, --rpc-login, --nicehash, --keepalive;
                                       P2P_PASS may hold the password instead, and P2P_RPC_LOGIN the login of a daemon
          pool switch URL              prefer a pool: it takes over once it works
          pool remove URL              stop using a pool at once
          algo [NAME...]               show or set the algorithms offered to pools, preferred first

        Machines
          invite               print the command with which another machine joins; keep the line secret
          rotate-key           give the cluster a new key while it runs, and print the new join line; nothing changes unless every node confirms
              --grace HOURS      accept the old key for another 0.1 to 720 h. Default 24.
              --with-token       with --json: include the new join line

        Options
              --gateway HOST:PORT   a node's gateway. Default: that of the node that runs with --data, else {ConsoleRequest.DefaultGateway}.
              --data DIR            folder with the cluster key, as for this machine's p2p-miner. Without it, and while no node runs with a
                                    key of one's own, members of the group of the machine's service come in by /run/p2p-miner/console.sock.
              --json                print JSON for scripts
              --version             show the version and exit
          -h, --help                show this help and exit

        Exit codes
          0 done   1 refused: the message says why   2 wrong command line or unknown node   69 no silo answers

        """);
}
