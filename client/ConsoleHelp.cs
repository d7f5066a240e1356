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
          jobs                 the present job
          pool                 the pool connection and the pools there are
          watch                all of it, renewed every two seconds until Ctrl-C

        Nodes (NODE is a node's id or the first digits of it)
          pause [NODE|all]     stop hashing on a node, or on all
          resume [NODE|all]    go on, after a pause or a drain
          drain NODE           finish what is out and take no more work, before the node is stopped
          threads NODE N       hash with N threads
          bench NODE           measure a node for 10 s; it does not mine meanwhile
              --seconds S        for 1 to 60 s
          quarantine NODE      give a node no more work and refuse its shares
          release NODE         end that, also after the node was quarantined for wrong hashes

        Pools (of the cluster: a change outlives the master, but not a restart of all nodes; what must outlive that belongs in the configuration)
          pool add URL -u USER         add a pool after those there are; as for p2p-miner also --pass, --rig-id,
                                       --tls-fingerprint, --tls-strict, --socks5, --rpc-login, --nicehash, --keepalive;
                                       the password may stand in P2P_PASS instead, the login of a daemon in P2P_RPC_LOGIN
          pool switch URL              prefer a pool: it takes over once it serves
          pool remove URL              take a pool out of use at once
          algo [NAME...]               show or set what the pools are offered, preferred first

        Machines
          invite               print the command that lets another machine join; the line is secret
          rotate-key           give the cluster a new key while it runs, and print the new join line; nothing changes unless every node confirms
              --grace HOURS      let the former key in for 0.1 to 720 h more. Default 24.
              --with-token       with --json: the new join line too

        Options
              --gateway HOST:PORT   a silo's gateway. Default {ConsoleRequest.DefaultGateway}.
              --data DIR            folder with the cluster key, as for this machine's p2p-miner
              --json                print JSON for scripts
              --version             show the version and end
          -h, --help                show this and end

        Exit codes
          0 done   1 refused: the message says why   2 wrong command line or unknown node   69 no silo answers

        """);
}
