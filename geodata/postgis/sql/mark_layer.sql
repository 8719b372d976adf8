-- Mark a layer with how far it is kept (密级); no row where there is none.
-- Arguments: @county, @layer, @secrecy. Uses layer's primary key.
update layer set secrecy = @secrecy where county = @county and key = @layer
